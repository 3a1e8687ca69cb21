"""Access tokens: the claims that auth signs and everyone verifies.

Ed25519 alone (RFC 8037), `typ: at+jwt` (RFC 9068), every claim required, nothing taken from the header but `kid`
(RFC 8725 §3).
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.errors import Kind, ServiceError
from shared.identifiers import AccountId, SessionId, parse_id
from shared.identity.principal import Principal
from shared.identity.token_scopes import is_access_token, named_territory
from shared.territory.territory import Territory

ALGORITHM = "EdDSA"
TOKEN_TYPE = "at+jwt"  # noqa: S105 (a media type, RFC 9068 §2.1)
AUDIENCE = "unityplan"
CLAIMS = ("sub", "sid", "territory", "roles", "aal", "iss", "aud", "jti", "iat", "nbf", "exp")
HEADERS = {"alg", "typ", "kid"}
LONGEST = 8 * 1024
LEEWAY_SECONDS = 5
# Revocations are kept for longer than any token lives (`shared.identity.revocation.KEPT`).
LONGEST_LIFE_SECONDS = 24 * 3600
SEGMENTS = 3
LAST_MOMENT = 253_402_300_799  # the end of the year 9999


def issuer_of(territory: Territory) -> str:
    """The `iss` claim of a territory's tokens."""
    return f"https://{territory.host}"


def refused(code: str, detail: str) -> ServiceError:
    """401 with the code that says why."""
    return ServiceError(Kind.UNAUTHENTICATED, code, detail)


def read_header(token: str) -> dict[str, Any]:
    """The header of a token that looks like one of ours.

    Raises:
        ServiceError: unauthenticated `token-malformed`, `token-algorithm`.
    """
    segments = _segments_of(token)
    header = _object_of(segments[0])
    if header.get("alg") != ALGORITHM:
        raise refused("token-algorithm", "The access token is not signed with Ed25519.")
    if set(header) != HEADERS or header["typ"] != TOKEN_TYPE or not isinstance(header["kid"], str):
        raise refused("token-malformed", "The access token's header is not one of ours.")
    return header


@lru_cache(maxsize=1024)
def unverified_territory(token: str) -> str | None:
    """The `territory` claim before any verification: it only chooses a refusal, it grants nothing.

    Kept for the tokens seen last: reading one takes longer than to find it verified.
    """
    if is_access_token(token):
        return named_territory(token)
    try:
        territory = _object_of(_segments_of(token)[1]).get("territory")
    except ServiceError:
        return None
    return territory if isinstance(territory, str) else None


def verify_signature(token: str, key: Ed25519PublicKey, territory: Territory) -> Principal:
    """Check signature and every claim.

    Raises:
        ServiceError: unauthenticated `token-signature`, `token-expired`, `token-not-yet-valid`, `token-audience`,
            `token-issuer`, `token-claims`, `token-malformed`.
    """
    _, payload, signature = _segments_of(token)
    _object_of(payload)
    _decoded(signature)
    try:
        decoded = jwt.decode_complete(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=issuer_of(territory),
            leeway=LEEWAY_SECONDS,
            options={"require": list(CLAIMS), "strict_aud": True},
        )
    except jwt.PyJWTError as error:
        raise _refusal(error) from error
    return _principal(decoded["payload"], territory, decoded["header"]["kid"])


_REFUSALS: tuple[tuple[type[jwt.PyJWTError], str, str], ...] = (
    (jwt.ExpiredSignatureError, "token-expired", "The access token has expired."),
    (jwt.ImmatureSignatureError, "token-not-yet-valid", "The access token is not valid yet."),
    (jwt.InvalidAudienceError, "token-audience", "The access token is for another audience."),
    (jwt.InvalidIssuerError, "token-issuer", "The access token was issued by another territory."),
    (jwt.InvalidSignatureError, "token-signature", "The access token's signature does not verify."),
    (jwt.MissingRequiredClaimError, "token-claims", "The access token lacks a claim."),
    (jwt.PyJWTError, "token-malformed", "The access token cannot be read."),
)


def _refusal(error: jwt.PyJWTError) -> ServiceError:
    return next(refused(code, detail) for kind, code, detail in _REFUSALS if isinstance(error, kind))


def _principal(claims: Mapping[str, Any], territory: Territory, kid: str) -> Principal:
    account, session, roles = _id_of(claims["sub"]), _id_of(claims["sid"]), claims["roles"]
    is_sound = (
        account is not None
        and session is not None
        and claims["territory"] == territory.code
        and isinstance(roles, list)
        and all(isinstance(role, str) for role in roles)
        and isinstance(claims["aal"], str)
        and isinstance(claims["jti"], str)
        and _is_actor(claims.get("act"))
        and all(_is_moment(claims[name]) for name in ("iat", "nbf", "exp"))
        and 0 < claims["exp"] - claims["iat"] <= LONGEST_LIFE_SECONDS
    )
    if not is_sound or account is None or session is None:
        raise refused("token-claims", "A claim of the access token is not of its form.")
    return Principal(
        account_id=AccountId(account),
        session_id=SessionId(session),
        territory=territory.code,
        roles=tuple(roles),
        aal=claims["aal"],
        issued_at=datetime.fromtimestamp(claims["iat"], UTC),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        kid=kid,
        impersonator=_impersonator(claims.get("act")),
    )


def _is_actor(act: object) -> bool:
    """None, or the one who acts in the subject's name (RFC 8693 §4.1)."""
    return act is None or (isinstance(act, dict) and act.keys() == {"sub"} and _id_of(act["sub"]) is not None)


def _impersonator(act: Mapping[str, Any] | None) -> AccountId | None:
    account = _id_of(act["sub"]) if act is not None else None
    return AccountId(account) if account is not None else None


def _id_of(value: object) -> UUID | None:
    return parse_id(value) if isinstance(value, str) else None


def _is_moment(value: object) -> bool:
    """A NumericDate (RFC 7519 §2) that a datetime can hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < LAST_MOMENT


def _segments_of(token: str) -> list[str]:
    segments = token.split(".")
    if len(token) > LONGEST or len(segments) != SEGMENTS:
        raise _malformed()
    return segments


def _object_of(segment: str) -> dict[str, Any]:
    """A token's segment as a JSON object; one with a name twice is nobody's (RFC 8725 §2.4)."""
    try:
        value = json.loads(_decoded(segment), object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError):
        raise _malformed() from None
    if not isinstance(value, dict):
        raise _malformed()
    return value


def _without_repetition(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) != len(members):
        raise _malformed()
    return value


def _decoded(segment: str) -> bytes:
    """Base64url in its one form: no padding, no other alphabet, no bits left over (RFC 4648 §3.5, RFC 7515 §2)."""
    try:
        raw = base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _malformed() from None
    if base64.urlsafe_b64encode(raw).rstrip(b"=") != segment.encode("utf-8", "surrogatepass"):
        raise _malformed()
    return raw


def _malformed() -> ServiceError:
    return refused("token-malformed", "The access token cannot be read.")
