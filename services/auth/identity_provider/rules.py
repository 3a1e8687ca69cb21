"""What a tool may ask for, and how it is refused (RFC 6749, RFC 7636, RFC 9700, OpenID Connect Core)."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from shared.errors import FieldError, Kind, ServiceError
from shared.identity.opaque_tokens import base64url, token_hash

CODE_LIFETIME = timedelta(seconds=60)
# How long who used a code is remembered, so that its second use is noticed.
CODE_REMEMBERED = timedelta(hours=1)
ACCESS_LIFETIME = timedelta(minutes=15)
OPENID = "openid"
SCOPES = (OPENID, "profile", "email")
LONGEST_FIELD = 2_000
# What every wish has; empty, it says what is wrong.
_UNSAID = dict.fromkeys(("client_id", "redirect_uri", "response_type", "scope"), "")
CHALLENGE_PATTERN = r"^[A-Za-z0-9_-]{43}$"
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))


@dataclass(frozen=True, slots=True)
class Client:
    """A tool, as it is registered."""

    id: str
    name: str
    secret_hash: bytes | None
    redirect_uris: Sequence[str]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a tool asks for at the authorization endpoint."""

    client_id: str
    redirect_uri: str
    response_type: str
    scope: str
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None
    response_mode: str | None = None
    prompt: str | None = None
    request: str | None = None
    request_uri: str | None = None

    @property
    def fields(self) -> Mapping[str, str]:
        """As they were sent, by their names."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in given.items() if value is not None}

    @property
    def scopes(self) -> Sequence[str]:
        """Those of the ones asked for that there are; others are passed over (OpenID Connect Core §3.1.2.1)."""
        return [scope for scope in SCOPES if scope in self.scope.split()]


def wish_of(given: Mapping[str, str]) -> Wish:
    """What a query or a form asks for; fields that nobody knows are passed over (RFC 6749 §3.1).

    Raises: malformed `bad-request`.
    """
    known = {field.name: given[field.name] for field in fields(Wish) if field.name in given}
    if any(len(value) > LONGEST_FIELD or not value.isprintable() for value in known.values()):
        raise ServiceError(Kind.MALFORMED, "bad-request", "A field is too long, or holds what cannot be printed.")
    return Wish(**{**_UNSAID, **known})


def require_redirect(client: Client | None, redirect_uri: str) -> Client:
    """Go on only to a registered address, compared letter by letter.

    Raises: malformed `client-unknown`, `redirect-unknown`.
    """
    if client is None:
        raise ServiceError(Kind.MALFORMED, "client-unknown", "There is no such client.")
    if redirect_uri not in client.redirect_uris:
        raise ServiceError(Kind.MALFORMED, "redirect-unknown", "The client has no such redirect URI.")
    return client


def wish_fault(wish: Wish) -> str | None:
    """The OAuth error of a wish that cannot be granted, None when it can."""
    if wish.request is not None or wish.request_uri is not None:
        return "request_not_supported" if wish.request is not None else "request_uri_not_supported"
    if wish.response_type != "code":
        return "unsupported_response_type" if wish.response_type else "invalid_request"
    if OPENID not in wish.scopes:
        return "invalid_scope"
    if wish.response_mode not in (None, "query") or not _is_bound(wish):
        return "invalid_request"
    # No login lasts beyond the tool that it was for, so that there is none to go on with unasked.
    return "login_required" if "none" in (wish.prompt or "").split() else None


def _is_bound(wish: Wish) -> bool:
    """Whether the code will be good only for who asks (RFC 7636 §4.3)."""
    is_hashed = wish.code_challenge_method == "S256"
    return is_hashed and re.fullmatch(CHALLENGE_PATTERN, wish.code_challenge or "") is not None


def sent_back(wish: Wish, issuer: str, **values: str | None) -> str:
    """The tool's address with an answer to the wish (RFC 6749 §4.1.2, RFC 9207)."""
    return with_query(wish.redirect_uri, **values, state=wish.state, iss=issuer)


def with_query(uri: str, **values: str | None) -> str:
    """The address with more in its query; what is None is left out."""
    given = {name: value for name, value in values.items() if value is not None}
    return f"{uri}{'&' if urlsplit(uri).query else '?'}{urlencode(given)}"


def is_verified(verifier: str, challenge: str) -> bool:
    """Whether who began is who ends: S256 of RFC 7636 §4.6."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    return hmac.compare_digest(base64url(hashlib.sha256(verifier.encode()).digest()).encode(), challenge.encode())


def is_authentic(client: Client, secret: str | None) -> bool:
    """Whether the tool knows its secret; one without a secret gives none."""
    if client.secret_hash is None:
        return secret is None
    return hmac.compare_digest(token_hash(secret or ""), client.secret_hash)


def require_redirect_form(uri: str) -> None:
    """An address that can be registered: HTTPS, or this machine; no fragment. Raises: invalid `redirect-refused`."""
    parts = urlsplit(uri)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    if not is_safe or not parts.hostname or parts.fragment or parts.username or "*" in uri or not uri.isprintable():
        fault = FieldError("/redirect_uris", "redirect-refused", "HTTPS, or HTTP to this machine, whole and without #.")
        raise ServiceError(Kind.INVALID, fault.code, f"{fault.detail}", errors=[fault])
