"""Personal fields of events, encrypted under a key per person; destroying the key destroys the text everywhere.

AES-256-GCM with a random 96-bit nonce a field; the person's key is wrapped the same way under a key derived from
PERSON_KEY_SECRET with HKDF, one a territory. Sources: NIST SP 800-38D, RFC 5869.
"""

import base64
import hashlib
import os
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Uuid

from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.events import catalogue
from shared.events.envelope import StoredEvent
from shared.events.event import Event, personal_fields, shape_of
from shared.events.tables import person_keys
from shared.settings.secrets import Secret
from shared.territory.territory import Territory

KEY_BYTES = 32
NONCE_BYTES = 12
SECRET_ID_CHARACTERS = 16

_FIND = compiled(
    select(person_keys.c.person, person_keys.c.wrapped).where(
        person_keys.c.person == func.any(bindparam("persons", type_=ARRAY(Uuid)))
    )
)
_MAKE = compiled(
    insert(person_keys)
    .values(person=bindparam("person"), wrapped=bindparam("wrapped"), secret_id=bindparam("secret_id"))
    .on_conflict_do_nothing()
)


class PersonKeys:
    """Encrypts and reveals the personal fields of one territory's events."""

    def __init__(self, secret: Secret, territory: Territory) -> None:
        label = f"unityplan person keys {territory.code}".encode()
        derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=label).derive(secret.reveal().encode())
        self._wrapping = AESGCM(derived)
        self._secret_id = hashlib.sha256(derived).hexdigest()[:SECRET_ID_CHARACTERS]

    async def encrypt(self, connection: Connection, event: Event, event_id: UUID) -> dict[str, Any]:
        """The event's data as it is stored; makes the person's key on first need, in the caller's transaction."""
        data = event.model_dump(mode="json")
        personal = event.personal_fields()
        if not personal or event.person_field is None:
            return data
        person = UUID(str(getattr(event, event.person_field)))
        key = await self._key_of(connection, person)
        for name in (name for name in personal if data[name] is not None):
            data[name] = {"person": str(person), "cipher": _seal(key, data[name], person, event_id, name)}
        return data

    async def reveal(self, source: Connection | Pool, events: Sequence[StoredEvent]) -> list[dict[str, Any]]:
        """The data of each event with personal fields decrypted, one query for all of them.

        A field whose key is destroyed is None, and `erased_fields` names it.
        """
        persons = {
            UUID(value["person"])
            for event in events
            for name, value in _personal_values(event)
            if isinstance(value, dict)
        }
        keys: dict[UUID, AESGCM] = {}
        if persons:
            rows = await source.fetch(_FIND, persons=list(persons))
            keys = {row["person"]: AESGCM(self._unwrap(row["person"], row["wrapped"])) for row in rows}
        return [_revealed(event, keys) for event in events]

    @staticmethod
    def erased_fields(event: StoredEvent, revealed: Mapping[str, Any]) -> list[str]:
        """Names of the personal fields that were stored and cannot be revealed any more, sorted."""
        names = [name for name, value in _personal_values(event) if isinstance(value, dict)]
        return sorted(name for name in names if revealed[name] is None)

    async def _key_of(self, connection: Connection, person: UUID) -> AESGCM:
        rows = await connection.fetch(_FIND, persons=[person])
        if not rows:
            wrapped = self._wrap(person, os.urandom(KEY_BYTES))
            await connection.execute(_MAKE, person=person, wrapped=wrapped, secret_id=self._secret_id)
            rows = await connection.fetch(_FIND, persons=[person])
        return AESGCM(self._unwrap(person, rows[0]["wrapped"]))

    def _wrap(self, person: UUID, key: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, key, person.bytes)

    def _unwrap(self, person: UUID, wrapped: bytes) -> bytes:
        return self._wrapping.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], person.bytes)


def _seal(key: AESGCM, text: str, person: UUID, event_id: UUID, field: str) -> str:
    nonce = os.urandom(NONCE_BYTES)
    sealed = key.encrypt(nonce, text.encode(), _bound_to(person, event_id, field))
    return base64.b64encode(nonce + sealed).decode()


def _bound_to(person: UUID, event_id: UUID, field: str) -> bytes:
    """What the ciphertext belongs to, so that it cannot be moved to another event or field."""
    return person.bytes + event_id.bytes + field.encode()


def _personal_values(event: StoredEvent) -> list[tuple[str, Any]]:
    described = catalogue.EVENTS.get(event.type)
    names = personal_fields(shape_of(described, event.schema_version)) if described else ()
    return [(name, event.data.get(name)) for name in names]


def _revealed(event: StoredEvent, keys: Mapping[UUID, AESGCM]) -> dict[str, Any]:
    data = dict(event.data)
    for name, value in _personal_values(event):
        if isinstance(value, dict):
            data[name] = _open(keys.get(UUID(value["person"])), value, event.id, name)
    return data


def _open(key: AESGCM | None, value: Mapping[str, str], event_id: UUID, field: str) -> str | None:
    if key is None:
        return None
    raw = base64.b64decode(value["cipher"])
    try:
        return key.decrypt(
            raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound_to(UUID(value["person"]), event_id, field)
        ).decode()
    except InvalidTag:
        # The key was destroyed and a new one made since: the old text is gone all the same.
        return None
