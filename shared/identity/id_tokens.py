"""ID tokens of other providers, with all that OpenID Connect Core §3.1.3.7 has a relying party check.

Asymmetric algorithms alone, the key by its id from the provider's own set, every claim required.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
_KEY_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
LONGEST = 16 * 1024
LONGEST_SUBJECT = 255
MOST_KEYS = 50
SHORTEST_RSA_BITS = 2048
LEEWAY = timedelta(seconds=30)
# It was made for this login, a moment ago.
OLDEST = timedelta(minutes=10)


class BadIdTokenError(Exception):
    """It does not say who somebody is; the reason holds nothing of the token."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token must say to be the answer to one's own question."""

    issuer: str
    client_id: str
    nonce: str


def verify_id_token(token: object, key_set: object, expected: Expected) -> Mapping[str, Any]:
    """The claims of a token by the expected issuer, for this client, in answer to this login.

    Raises:
        BadIdTokenError: anything else.
    """
    if not isinstance(token, str) or len(token) > LONGEST:
        raise BadIdTokenError("no token")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise BadIdTokenError("algorithm")
        claims: Mapping[str, Any] = jwt.decode(
            token,
            _key(key_set, header.get("kid"), algorithm),
            algorithms=[algorithm],
            audience=expected.client_id,
            issuer=expected.issuer,
            leeway=LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise BadIdTokenError(type(error).__name__) from None
    _require_ours(claims, expected)
    return claims


def _require_ours(claims: Mapping[str, Any], expected: Expected) -> None:
    nonce, subject, audience = claims["nonce"], claims["sub"], claims["aud"]
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise BadIdTokenError("nonce")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or "\x00" in subject:
        raise BadIdTokenError("subject")
    is_for_several = isinstance(audience, list) and len(audience) > 1
    if (is_for_several or "azp" in claims) and claims.get("azp") != expected.client_id:
        raise BadIdTokenError("authorized party")
    if datetime.fromtimestamp(claims["iat"], UTC) < datetime.now(UTC) - OLDEST - LEEWAY:
        raise BadIdTokenError("too old")


def _key(key_set: object, kid: object, algorithm: str) -> Any:  # noqa: ANN401 (a key of whichever type)
    """The provider's one key of that id and type."""
    keys = key_set.get("keys") if isinstance(key_set, dict) else None
    if not isinstance(keys, list) or len(keys) > MOST_KEYS:
        raise BadIdTokenError("key set")
    fitting = [key for key in keys if isinstance(key, dict) and _fits(key, kid, algorithm)]
    if len(fitting) != 1:
        raise BadIdTokenError("key")
    key = jwt.PyJWK(fitting[0], algorithm=algorithm).key
    if isinstance(key, RSAPublicKey) and key.key_size < SHORTEST_RSA_BITS:
        raise BadIdTokenError("key too short")
    return key


def _fits(key: dict[str, object], kid: object, algorithm: str) -> bool:
    return (
        (kid is None or key.get("kid") == kid)
        and key.get("kty") == _KEY_TYPES[algorithm]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
    )
