"""Opaque refresh tokens: random at login, each successor derived from its predecessor, only hashes kept.

The successor is HMAC-SHA256 under a key of its own label (HKDF, RFC 5869) over the presented token, so that a request
that raced gets the very same successor without any token being stored readable.
"""

import hmac

from services.auth.signing_keys.key_material import derived_key
from shared.identity.opaque_tokens import base64url, random_token
from shared.settings.secrets import Secret

PREFIX = "upr_"
_JTI_CHARACTERS = 22  # 132 bits


class TokenDerivation:
    """Derives successors, token ids and tokens against forged calls under keys made from `JWT_SECRET`."""

    def __init__(self, secret: Secret) -> None:
        self._successor_key = derived_key(secret, "unityplan/refresh-token/successor/v1")
        self._csrf_key = derived_key(secret, "unityplan/refresh-token/csrf-token/v1")
        self._jti_key = derived_key(secret, "unityplan/refresh-token/access-token-id/v1")

    def successor_of(self, token: str) -> str:
        """The token that follows `token`, always the same one."""
        return PREFIX + base64url(hmac.digest(self._successor_key, token.encode("utf-8", "surrogatepass"), "sha256"))

    def csrf_token(self, token: str) -> str:
        """What a page sends beside the cookie that holds the refresh token `token`, to show that it reads cookies."""
        return base64url(hmac.digest(self._csrf_key, token.encode("utf-8", "surrogatepass"), "sha256"))

    def access_token_id(self, token: str) -> str:
        """The `jti` of the access token that is issued beside the refresh token `token`."""
        return base64url(hmac.digest(self._jti_key, token.encode(), "sha256"))[:_JTI_CHARACTERS]


def first_token() -> str:
    """A fresh refresh token of 256 random bits."""
    return PREFIX + random_token()
