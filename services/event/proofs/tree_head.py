"""Signed tree heads: what a territory stands by at a moment."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.clock import format_time
from shared.settings.secrets import Secret
from shared.territory.territory import Territory

SEED_BYTES = 32
KEY_ID_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class TreeHead:
    """Size and root at a time, signed."""

    territory: str
    epoch: UUID
    tree_size: int
    root_hash: bytes
    signed_at: datetime
    key_id: str
    signature: str

    def to_json(self) -> dict[str, str | int]:
        """The public shape."""
        return {**self._signed_fields(), "signature": self.signature}

    def is_signed_with(self, public_key: bytes) -> bool:
        """Whether the signature is that key's."""
        try:
            key = Ed25519PublicKey.from_public_bytes(public_key)
            key.verify(base64.b64decode(self.signature, validate=True), rfc8785.dumps(self._signed_fields()))
        except (InvalidSignature, ValueError):
            return False
        return True

    def _signed_fields(self) -> dict[str, str | int]:
        return signed_fields(self.territory, self.epoch, self.tree_size, self.root_hash, self.signed_at, self.key_id)


class TreeHeadSigner:
    """A territory's Ed25519 key for heads, derived from TREE_HEAD_SECRET and from nothing that signs tokens."""

    def __init__(self, secret: Secret, territory: Territory) -> None:
        label = f"unityplan tree heads {territory.code}".encode()
        seed = HKDF(SHA256(), SEED_BYTES, salt=None, info=label).derive(secret.reveal().encode())
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.territory = territory
        self.public_key = self._key.public_key().public_bytes_raw()
        self.key_id = hashlib.sha256(self.public_key).hexdigest()[:KEY_ID_CHARACTERS]

    def sign(self, epoch: UUID, tree_size: int, root_hash: bytes, signed_at: datetime) -> TreeHead:
        """The head over RFC 8785 JSON of its fields."""
        code = self.territory.code
        signature = self.signature_over(signed_fields(code, epoch, tree_size, root_hash, signed_at, self.key_id))
        return TreeHead(code, epoch, tree_size, root_hash, signed_at, self.key_id, signature)

    def signature_over(self, fields: dict[str, str | int]) -> str:
        """Base64 Ed25519 over RFC 8785 JSON."""
        return base64.b64encode(self._key.sign(rfc8785.dumps(fields))).decode()


def signed_fields(
    territory: str, epoch: UUID, tree_size: int, root_hash: bytes, signed_at: datetime, key_id: str
) -> dict[str, str | int]:
    """What the signature covers."""
    return {
        "territory": territory,
        "epoch": str(epoch),
        "tree_size": tree_size,
        "root_hash": root_hash.hex(),
        "signed_at": format_time(signed_at),
        "key_id": key_id,
    }
