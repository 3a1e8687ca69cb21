"""Opaque refresh tokens: random at login, each successor derived from its predecessor, only hashes kept.

The successor is HMAC-SHA256 under a key of its own label (HKDF, RFC 5869) over the presented token, so that a request
that raced gets the very same successor without any token being stored readable.
"""

import base64
import hashlib
import hmac
import secrets

from services.auth.signing_keys.key_material import derived_key
from shared.settings.secrets import Secret

PREFIX = "upr_"
TOKEN_BYTES = 32
_JTI_CHARACTERS = 22  # 132 bits


class TokenDerivation:
    """Derives successors and token ids under keys made from `JWT_SECRET`."""

    def __init__(self, secret: Secret) -> None:
        self._successor_key = derived_key(secret, "unityplan/refresh-token/successor/v1")
        self._jti_key = derived_key(secret, "unityplan/refresh-token/access-token-id/v1")

    def successor_of(self, token: str) -> str:
        """The token that follows `token`, always the same one."""
        return PREFIX + _base64url(hmac.digest(self._successor_key, token.encode(), "sha256"))

    def access_token_id(self, token: str) -> str:
        """The `jti` of the access token that is issued beside the refresh token `token`."""
        return _base64url(hmac.digest(self._jti_key, token.encode(), "sha256"))[:_JTI_CHARACTERS]


def first_token() -> str:
    """A fresh refresh token of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """What is stored of a token; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
