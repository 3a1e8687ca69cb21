"""Signatures of neighbours, checked with their pinned keys."""

import base64
import binascii
from collections.abc import Mapping

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def is_signed(public_key: bytes, fields: Mapping[str, str | int], signature: str) -> bool:
    """Whether the base64 Ed25519 signature is the key's over RFC 8785 JSON of the fields."""
    try:
        raw = base64.b64decode(signature, validate=True)
        Ed25519PublicKey.from_public_bytes(public_key).verify(raw, rfc8785.dumps(dict(fields)))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
