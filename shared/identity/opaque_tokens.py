"""Opaque tokens: random text that is shown once, and of which only a hash is kept."""

import base64
import hashlib
import secrets

_RANDOM_BYTES = 32


def random_token() -> str:
    """256 random bits as URL-safe text."""
    return secrets.token_urlsafe(_RANDOM_BYTES)


def token_hash(token: str) -> bytes:
    """What is stored of a token, SHA-256; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def base64url(raw: bytes) -> str:
    """URL-safe text without padding (RFC 4648 §5, RFC 7515 §2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
