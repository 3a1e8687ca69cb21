"""Access tokens, true and forged."""

import base64
import json
import time
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.identifiers import new_id
from shared.identity.tokens import AUDIENCE, issuer_of
from shared.territory.territory import Territory

KID = "current"


def true_claims(territory: Territory) -> dict[str, Any]:
    """What auth would sign now."""
    now = int(time.time())
    return {
        "sub": str(new_id()),
        "sid": str(new_id()),
        "territory": territory.code,
        "roles": [],
        "aal": "aal1",
        "iss": issuer_of(territory),
        "aud": AUDIENCE,
        "jti": str(new_id()),
        "iat": now,
        "nbf": now,
        "exp": now + 900,
    }


def signed(
    key: Ed25519PrivateKey, claims: Mapping[str, Any], *, kid: str = KID, headers: Mapping[str, Any] | None = None
) -> str:
    """A token as auth makes it; `headers` change or add (None removes) header fields."""
    fields: dict[str, Any] = {"alg": "EdDSA", "typ": "at+jwt", "kid": kid, **(headers or {})}
    header = {name: value for name, value in fields.items() if value is not None}
    return signed_raw(key, json.dumps(header), json.dumps(dict(claims)))


def signed_raw(key: Ed25519PrivateKey, header: str, payload: str) -> str:
    """A token of these very texts, truly signed."""
    unsigned = f"{segment(header.encode())}.{segment(payload.encode())}"
    return f"{unsigned}.{segment(key.sign(unsigned.encode()))}"


def segment(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """As the view of signing keys holds it."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def hmac_signed(secret: bytes, claims: Mapping[str, Any]) -> str:
    """HS256 under the public key: the oldest trick."""
    header = segment(json.dumps({"alg": "HS256", "typ": "at+jwt", "kid": KID}).encode())
    unsigned = f"{header}.{segment(json.dumps(dict(claims)).encode())}"
    algorithm = jwt.get_algorithm_by_name("HS256")
    return f"{unsigned}.{segment(algorithm.sign(unsigned.encode(), secret))}"
