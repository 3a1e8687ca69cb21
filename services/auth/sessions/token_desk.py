"""The desk where a session's facts become the two tokens of an answer."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from services.auth.sessions.commands import Issued
from services.auth.sessions.refresh_tokens import TokenDerivation
from services.auth.signing_keys.signer import Signer, TerritoryKeys
from shared.clock import utc_now
from shared.identity.principal import Principal
from shared.identity.tokens import AUDIENCE, issuer_of
from shared.territory.territory import Territory

TOKEN_ID_BYTES = 16
ID_TOKEN_TYPE = "JWT"  # noqa: S105 (a type of the header)


def new_token_id() -> str:
    """The `jti` of a token that is issued once."""
    return secrets.token_urlsafe(TOKEN_ID_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessFacts:
    """What an access token says."""

    account_id: UUID
    session_id: UUID
    roles: Sequence[str]
    aal: str
    issued_at: datetime
    token_id: str
    impersonator: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdFacts:
    """What an ID token says to a tool."""

    claims: Mapping[str, object]
    client_id: str
    session_id: UUID
    aal: str
    nonce: str | None
    authorized_at: datetime


@dataclass(frozen=True, slots=True)
class TokenDesk:
    """The desk of one territory, with its keys at hand: everything here is pure."""

    territory: Territory
    keys: TerritoryKeys
    derivation: TokenDerivation
    lifetime: timedelta

    @property
    def kid(self) -> str:
        """The key that signs what is issued now."""
        return self.keys.current_kid

    def successor_of(self, token: str) -> str:
        """The refresh token that is given for `token`."""
        return self.derivation.successor_of(token)

    def answer(self, issued: Issued) -> bytes:
        """The JSON answer to register, login and refresh; equal facts give equal bytes."""
        return self._answer(issued, "refresh_token", issued.refresh_token)

    def browser_answer(self, issued: Issued) -> bytes:
        """The same for a page, without the refresh token, which its cookie holds."""
        return self._answer(issued, "csrf_token", self.derivation.csrf_token(issued.refresh_token))

    def _answer(self, issued: Issued, name: str, token: str) -> bytes:
        expires_in = int(self.lifetime.total_seconds())
        return orjson.dumps(
            {
                "user": orjson.Fragment(issued.user),
                "access_token": self._access_token(issued),
                name: token,
                "token_type": "Bearer",
                "expires_in": expires_in,
            }
        )

    def again(self, principal: Principal, aal: str) -> bytes:
        """The JSON answer with another access token of the same session."""
        facts = AccessFacts(
            account_id=principal.account_id,
            session_id=principal.session_id,
            roles=principal.roles,
            aal=aal,
            issued_at=utc_now(),
            token_id=new_token_id(),
        )
        return orjson.dumps(self.alone(facts))

    def alone(self, facts: AccessFacts) -> dict[str, object]:
        """The members of an answer with an access token that no refresh token stands beside."""
        expires_in = int(self.lifetime.total_seconds())
        return {"access_token": self.sign(facts, self.kid), "token_type": "Bearer", "expires_in": expires_in}

    def sign(self, facts: AccessFacts, kid: str) -> str:
        """The access token; equal facts give the same one."""
        issued_at = int(facts.issued_at.timestamp())
        claims: dict[str, object] = {
            "sub": str(facts.account_id),
            "sid": str(facts.session_id),
            "territory": self.territory.code,
            "roles": list(facts.roles),
            "aal": facts.aal,
            "iss": issuer_of(self.territory),
            "aud": AUDIENCE,
            "jti": facts.token_id,
            "iat": issued_at,
            "nbf": issued_at,
            "exp": issued_at + int(self.lifetime.total_seconds()),
        }
        if facts.impersonator is not None:
            # RFC 8693 §4.1.
            claims["act"] = {"sub": str(facts.impersonator)}
        return self.keys.sign(claims, kid)

    def id_token(self, facts: IdFacts) -> str:
        """An ID token (OpenID Connect Core §2): of another type and for another audience than an access token."""
        now = int(utc_now().timestamp())
        claims: dict[str, object] = {
            **facts.claims,
            "iss": issuer_of(self.territory),
            "aud": facts.client_id,
            "sid": str(facts.session_id),
            "acr": facts.aal,
            "auth_time": int(facts.authorized_at.timestamp()),
            "iat": now,
            "exp": now + int(self.lifetime.total_seconds()),
        }
        if facts.nonce is not None:
            claims["nonce"] = facts.nonce
        return self.keys.sign(claims, self.kid, ID_TOKEN_TYPE)

    def _access_token(self, issued: Issued) -> str:
        facts = AccessFacts(
            account_id=issued.account_id,
            session_id=issued.session_id,
            roles=issued.roles,
            aal=issued.aal,
            issued_at=issued.issued_at,
            token_id=self.derivation.access_token_id(issued.refresh_token),
        )
        return self.sign(facts, issued.kid)


@dataclass(frozen=True, slots=True)
class TokenDesks:
    """The desks of all territories."""

    signer: Signer
    derivation: TokenDerivation
    lifetime: timedelta

    async def open(self, territory: Territory) -> TokenDesk:
        """Raises: unavailable `signing-key-missing`."""
        return TokenDesk(territory, await self.signer.keys_of(territory), self.derivation, self.lifetime)
