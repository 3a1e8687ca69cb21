"""Personal fields of events, encrypted under a key per person; destroying the key destroys the text everywhere.

AES-256-GCM with a random 96-bit nonce a field; the person's key is wrapped the same way (`shared.events.key_wrapping`).
Source: NIST SP 800-38D.
"""

import base64
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Uuid

from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.events import catalogue
from shared.events.envelope import StoredEvent
from shared.events.event import Event, personal_fields, shape_of
from shared.events.key_wrapping import KEY_BYTES, NONCE_BYTES, KeyWrapping, Reread, WrappedKey
from shared.events.tables import erased_persons, person_keys
from shared.observability.logging import get_logger
from shared.observability.metrics import PERSON_KEYS_UNAVAILABLE
from shared.settings.secrets import Secret
from shared.territory.territory import Territory

log = get_logger()

_KEYS = select(person_keys.c.person, person_keys.c.wrapped, person_keys.c.secret_id)
_FIND = compiled(_KEYS.where(person_keys.c.person == func.any(bindparam("persons", type_=ARRAY(Uuid)))))
# Who encrypts holds the key until the commit: an erasure waits for it, and then finds all that was written.
_HOLD = compiled(_KEYS.where(person_keys.c.person == bindparam("person")).with_for_update(read=True, key_share=True))
_IS_ERASED = compiled(select(erased_persons.c.person).where(erased_persons.c.person == bindparam("person")))
_MAKE = compiled(
    insert(person_keys)
    .values(person=bindparam("person"), wrapped=bindparam("wrapped"), secret_id=bindparam("secret_id"))
    .on_conflict_do_nothing()
)


class Revealed(dict[str, Any]):
    """An event's data as it was written. A field is None when it is erased, and when its key cannot be opened."""

    def __init__(self, data: Mapping[str, Any], unavailable: Sequence[str] = ()) -> None:
        super().__init__(data)
        self.unavailable = tuple(unavailable)
        """Personal fields, sorted, whose key is there and wrapped under a secret that this process was not given."""


class PersonKeys:
    """Encrypts and reveals the personal fields of one territory's events."""

    def __init__(
        self, secret: Secret, territory: Territory, previous: Secret | None = None, reread: Reread | None = None
    ) -> None:
        """`previous` opens keys that were not wrapped anew yet; `reread` looks both up again, as they are now."""
        self.wrapping = KeyWrapping(territory.code, (secret, previous), reread)

    async def encrypt(self, connection: Connection, event: Event, event_id: UUID) -> dict[str, Any]:
        """The event's data as it is stored; makes the person's key on first need, in the caller's transaction.

        Raises:
            ServiceError: gone `person-erased`; unavailable `person-key-unavailable`: the key is wrapped under a
                secret that this process was not given.
        """
        data = event.model_dump(mode="json")
        personal = event.personal_fields()
        if not personal or event.person_field is None:
            return data
        person = UUID(str(getattr(event, event.person_field)))
        key = await self._key_of(connection, person)
        for name in (name for name in personal if data[name] is not None):
            data[name] = {"person": str(person), "cipher": _seal(key, data[name], person, event_id, name)}
        return data

    async def reveal(self, source: Connection | Pool, events: Sequence[StoredEvent]) -> list[Revealed]:
        """The data of each event with personal fields decrypted, one query for all of them.

        A field whose key is destroyed is None, and `erased_fields` names it. One whose key cannot be opened is None
        too, is named in `unavailable`, counted and logged.
        """
        persons = {
            UUID(value["person"])
            for event in events
            for name, value in _personal_values(event)
            if isinstance(value, dict)
        }
        keys: dict[UUID, AESGCM | None] = {}
        if persons:
            for row in await source.fetch(_FIND, persons=list(persons)):
                keys[row["person"]] = self._opened(WrappedKey(row["person"], row["wrapped"], row["secret_id"]))
        return [_revealed(event, keys) for event in events]

    @staticmethod
    def erased_fields(event: StoredEvent, revealed: Mapping[str, Any]) -> list[str]:
        """Names of the personal fields that were stored and are gone for ever, sorted."""
        kept = revealed.unavailable if isinstance(revealed, Revealed) else ()
        names = [name for name, value in _personal_values(event) if isinstance(value, dict)]
        if not names:
            return []
        return sorted(name for name in names if revealed[name] is None and name not in kept)

    async def _key_of(self, connection: Connection, person: UUID) -> AESGCM:
        row = await connection.fetch_row(_HOLD, person=person)
        if row is None:
            if await connection.fetch_value(_IS_ERASED, person=person) is not None:
                raise person_erased()
            made = self.wrapping.wrap(person, os.urandom(KEY_BYTES))
            await connection.execute(_MAKE, person=person, wrapped=made.wrapped, secret_id=made.secret_id)
            row = await connection.fetch_row(_HOLD, person=person)
        if row is None:
            raise person_erased()
        key = self._opened(WrappedKey(person, row["wrapped"], row["secret_id"]))
        if key is None:
            raise key_unavailable()
        return key

    def _opened(self, key: WrappedKey) -> AESGCM | None:
        plain = self.wrapping.unwrap(key)
        if plain is None:
            PERSON_KEYS_UNAVAILABLE.labels(self.wrapping.territory).inc()
            log.error("person_key.unavailable", person=str(key.person), secret_id=key.secret_id)
            return None
        return AESGCM(plain)


def person_erased() -> ServiceError:
    """410: nothing personal is written for who was erased."""
    return ServiceError(Kind.GONE, "person-erased", "This person's data was erased.")


def key_unavailable() -> ServiceError:
    """503: an operator must give the secret under which the person's key is wrapped."""
    detail = "The person's key is wrapped under a secret that this service was not given."
    return ServiceError(Kind.UNAVAILABLE, "person-key-unavailable", detail)


def _seal(key: AESGCM, text: str, person: UUID, event_id: UUID, field: str) -> str:
    nonce = os.urandom(NONCE_BYTES)
    sealed = key.encrypt(nonce, text.encode(), _bound_to(person, event_id, field))
    return base64.b64encode(nonce + sealed).decode()


def _bound_to(person: UUID, event_id: UUID, field: str) -> bytes:
    """What the ciphertext belongs to, so that it cannot be moved to another event or field."""
    return person.bytes + event_id.bytes + field.encode()


def _personal_values(event: StoredEvent) -> list[tuple[str, Any]]:
    return [(name, event.data.get(name)) for name in _personal_names(event.type, event.schema_version)]


@lru_cache(maxsize=1024)
def _personal_names(event_type: str, schema_version: int) -> frozenset[str]:
    described = catalogue.EVENTS.get(event_type)
    return personal_fields(shape_of(described, schema_version)) if described else frozenset()


def _revealed(event: StoredEvent, keys: Mapping[UUID, AESGCM | None]) -> Revealed:
    values = _personal_values(event)
    if not values:
        return Revealed(event.data)
    data, unavailable = dict(event.data), []
    for name, value in values:
        if isinstance(value, dict):
            person = UUID(value["person"])
            data[name] = _open(keys.get(person), value, event.id, name)
            if person in keys and keys[person] is None:
                unavailable.append(name)
    return Revealed(data, sorted(unavailable))


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
