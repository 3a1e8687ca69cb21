"""What a provider says of itself (OpenID Connect Discovery 1.0), believed only as far as it is about itself."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import quote, urlsplit

from services.auth.single_sign_on.flow import Flow
from services.auth.single_sign_on.provider import Provider
from services.auth.single_sign_on.rules import provider_unavailable, sign_on_refused
from shared.identity.id_tokens import BadIdTokenError, Expected, verify_id_token
from shared.observability.logging import get_logger
from shared.outbound.addresses import Networks
from shared.outbound.http_client import NoAnswerError, StrangersClient, open_client

log = get_logger()

WELL_KNOWN = "/.well-known/openid-configuration"
KEPT_SECONDS = 600.0
# A key that is not in the set may be new; asked for at most this often.
AGAIN_SECONDS = 30.0
_BAD_REQUEST = range(400, 500)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where a provider's endpoints are, and whether its answers name it (RFC 9207)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    names_itself: bool


@dataclass(slots=True)
class _Kept:
    value: Any
    at: float


@dataclass(frozen=True, slots=True)
class Reach:
    """Who may be called: on a laptop the laptop itself, and inner networks that an operator has named."""

    allows_loopback: bool
    networks: Networks


@dataclass(slots=True)
class ProviderClient:
    """Asks one provider; each address it names is checked anew whenever it is called."""

    provider: Provider
    reach: Reach
    redirect_uri: str
    _metadata: _Kept | None = None
    _keys: _Kept | None = None
    _looked_again_at: float = -AGAIN_SECONDS
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def metadata(self) -> Metadata:
        """Kept for ten minutes. Raises: unavailable `provider-unavailable`."""
        async with self._asking:
            if self._metadata is None or monotonic() - self._metadata.at > KEPT_SECONDS:
                document = await self._get(self.provider.issuer.rstrip("/") + WELL_KNOWN)
                self._metadata = _Kept(self._read(document), monotonic())
            found: Metadata = self._metadata.value
            return found

    async def verified(self, id_token: object, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token of this provider.

        Raises: unauthenticated `sign-on-refused`, unavailable `provider-unavailable`.
        """
        expected = Expected(self.provider.issuer, self.provider.client_id, nonce)
        try:
            return verify_id_token(id_token, await self._key_set(), expected)
        except BadIdTokenError as first:
            if str(first) != "key" or monotonic() - self._looked_again_at < AGAIN_SECONDS:
                raise self._refused(first) from None
        self._looked_again_at, self._keys = monotonic(), None
        try:
            return verify_id_token(id_token, await self._key_set(), expected)
        except BadIdTokenError as second:
            raise self._refused(second) from None

    async def id_token_for(self, code: str, flow: Flow) -> object:
        """What the provider gives for a code (RFC 6749 §4.1.3).

        Raises: unauthenticated `sign-on-refused`, unavailable `provider-unavailable`.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": flow.code_verifier,
            "client_id": self.provider.client_id,
        }
        endpoint = (await self.metadata()).token_endpoint
        try:
            async with open_client() as client:
                answer = await self._stranger(client).post_form(endpoint, form=form, headers=self._credentials())
        except NoAnswerError as error:
            log.warning("provider.refused_code", provider=self.provider.id, reason=str(error))
            if error.status in _BAD_REQUEST:
                raise sign_on_refused() from None
            raise provider_unavailable() from None
        return answer.get("id_token") if isinstance(answer, dict) else None

    async def _key_set(self) -> object:
        uri = (await self.metadata()).jwks_uri
        async with self._asking:
            if self._keys is None or monotonic() - self._keys.at > KEPT_SECONDS:
                self._keys = _Kept(await self._get(uri), monotonic())
            return self._keys.value

    async def _get(self, url: str) -> object:
        try:
            async with open_client() as client:
                return await self._stranger(client).get_json(url, query={}, headers={})
        except NoAnswerError as error:
            log.warning("provider.gave_no_answer", provider=self.provider.id, reason=str(error))
            raise provider_unavailable() from None

    def _read(self, document: object) -> Metadata:
        """Raises: unavailable `provider-unavailable`, also for one that speaks for another issuer (§4.3)."""
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if not isinstance(document, dict) or document.get("issuer") != self.provider.issuer:
            log.warning("provider.speaks_for_another", provider=self.provider.id)
            raise provider_unavailable()
        endpoints = [document.get(name) for name in names]
        if not all(isinstance(url, str) and self._is_callable(url) for url in endpoints):
            log.warning("provider.lacks_endpoint", provider=self.provider.id)
            raise provider_unavailable()
        names_itself = document.get("authorization_response_iss_parameter_supported") is True
        authorization, token, keys = map(str, endpoints)
        return Metadata(authorization, token, keys, names_itself)

    def _is_callable(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        is_plain = parts.scheme == "http" and self.reach.allows_loopback
        return (parts.scheme == "https" or is_plain) and bool(parts.hostname) and "@" not in parts.netloc

    def _credentials(self) -> dict[str, str]:
        """RFC 6749 §2.3.1: both parts are form-encoded first."""
        secret = self.provider.client_secret
        if secret is None:
            return {}
        pair = f"{quote(self.provider.client_id, safe='')}:{quote(secret.get_secret_value(), safe='')}"
        return {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}

    def _stranger(self, client: Any) -> StrangersClient:  # noqa: ANN401 (the library's door, which alone knows its type)
        return StrangersClient(client, self.reach.allows_loopback, self.reach.networks)

    def _refused(self, error: BadIdTokenError) -> Exception:
        log.warning("provider.token_refused", provider=self.provider.id, reason=str(error))
        return sign_on_refused()
