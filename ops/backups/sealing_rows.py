"""Rows with the text of persons as lines of a file, each sealed under its person's key.

AES-256-GCM with a random 96-bit nonce, bound to the table and the row. Source: NIST SP 800-38D.
"""

import base64
import os
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ops.backups.contents import PersonalTable, blanked, parted
from shared.events.key_wrapping import NONCE_BYTES, KeyWrapping, WrappedKey


class KeyRing:
    """Keys of persons, opened as they are needed."""

    def __init__(self, wrapping: KeyWrapping, keys: Mapping[UUID, WrappedKey]) -> None:
        self._wrapping = wrapping
        self._keys = keys

    def find(self, person: UUID) -> AESGCM | None:
        """None where there is none, or none that the pod's secrets open."""
        key = self._keys.get(person)
        plain = None if key is None else self._wrapping.unwrap(key)
        return None if plain is None else AESGCM(plain)


def sealed_row(table: PersonalTable, row: Mapping[str, Any], ring: KeyRing) -> dict[str, Any]:
    """A row as it stands in a backup; `sealed` is None when its person has no key: then its text is in no backup."""
    clear, text = parted(table, row)
    key = ring.find(UUID(row[table.person]))
    if key is None:
        return {**clear, "sealed": None}
    nonce = os.urandom(NONCE_BYTES)
    cipher = nonce + key.encrypt(nonce, orjson.dumps(text), _bound_to(table, clear))
    return {**clear, "sealed": base64.b64encode(cipher).decode()}


def opened_row(table: PersonalTable, line: Mapping[str, Any], ring: KeyRing) -> dict[str, Any] | None:
    """The row again; blank without the key, and None when nothing of it is left then."""
    clear = {name: value for name, value in line.items() if name != "sealed"}
    key = ring.find(UUID(clear[table.person]))
    if key is None or line["sealed"] is None:
        return blanked(table, clear)
    raw = base64.b64decode(line["sealed"])
    try:
        text = key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound_to(table, clear))
    except InvalidTag:
        # The person's key was lost and another made since.
        return blanked(table, clear)
    return {**clear, **orjson.loads(text)}


def _bound_to(table: PersonalTable, clear: Mapping[str, Any]) -> bytes:
    return f"backup {table.name} {clear[table.person]} {clear[table.identity]}".encode()
