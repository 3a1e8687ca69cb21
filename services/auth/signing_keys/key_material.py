"""Ed25519 key pairs, their names (RFC 7638) and the sealed form in which a private key is stored."""

import hashlib
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.identity.opaque_tokens import base64url
from shared.settings.secrets import Secret

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A new key: its name, its raw public half (32 bytes) and its sealed private half."""

    kid: str
    public_key: bytes
    sealed_private_key: bytes


class KeySeal:
    """Seals private keys with AES-256-GCM under a key derived from `JWT_SECRET`; bound to the territory and the kid."""

    def __init__(self, secret: Secret) -> None:
        self._cipher = AESGCM(derived_key(secret, "unityplan/signing-keys/seal/v1"))

    def new_key_pair(self, territory: str) -> KeyPair:
        """Make a key pair that only this territory can open."""
        private_key = Ed25519PrivateKey.generate()
        public_key = private_key.public_key().public_bytes_raw()
        kid = thumbprint(public_key)
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, private_key.private_bytes_raw(), _bound_to(territory, kid))
        return KeyPair(kid, public_key, sealed)

    def open(self, territory: str, kid: str, sealed: bytes) -> Ed25519PrivateKey:
        """The private key. Raises: `cryptography.exceptions.InvalidTag` for another secret, territory or kid."""
        raw = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound_to(territory, kid))
        return Ed25519PrivateKey.from_private_bytes(raw)


def derived_key(secret: Secret, label: str) -> bytes:
    """A key of 32 bytes for one purpose, named by the label. Source: RFC 5869."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label.encode()).derive(secret.reveal().encode())


def public_jwk(public_key: bytes) -> dict[str, str]:
    """The required members of the JWK of a raw Ed25519 public key, in lexical order (RFC 8037 §2)."""
    return {"crv": "Ed25519", "kty": "OKP", "x": base64url(public_key)}


def thumbprint(public_key: bytes) -> str:
    """The JWK thumbprint with SHA-256. Source: RFC 7638 §3, RFC 8037 appendix A.3."""
    jwk = public_jwk(public_key)
    canonical = "{" + ",".join(f'"{name}":"{value}"' for name, value in jwk.items()) + "}"
    return base64url(hashlib.sha256(canonical.encode()).digest())


def _bound_to(territory: str, kid: str) -> bytes:
    return f"{territory}/{kid}".encode()
