"""Erasing a person: the key goes, and with it every personal field of every event; that it went is on record."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, Uuid, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from shared.database.idempotency import idempotency_keys
from shared.database.statements import compiled
from shared.errors import not_found
from shared.events.catalogue.event import PersonErased
from shared.events.tables import erased_persons, person_keys, request_origins
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import new_id

DELETED_USER = "deleted user"
"""Shown in the place of an erased person's name."""

_person: BindParameter[UUID] = bindparam("person", type_=Uuid)
_FIND = compiled(
    select(erased_persons.c.event_id, erased_persons.c.erased_at).where(erased_persons.c.person == _person)
)
_DELETE_KEY = compiled(delete(person_keys).where(person_keys.c.person == _person).returning(person_keys.c.person))
_RECORD = compiled(
    insert(erased_persons).values(person=_person, event_id=bindparam("event_id"), erased_at=bindparam("now"))
)
# What else holds text of theirs or an address, and is not part of the record.
_FORGET_ANSWERS = compiled(delete(idempotency_keys).where(idempotency_keys.c.account_id == _person))
_FORGET_ORIGINS = compiled(delete(request_origins).where(request_origins.c.actor == bindparam("who")))


@dataclass(frozen=True, slots=True)
class Erasure:
    """Who was erased, when, and the event that says so."""

    person: UUID
    event_id: UUID
    erased_at: datetime


def deleted_username(person: UUID) -> str:
    """A name that nobody can register, being longer than names may be, and that tells nothing but the id."""
    return f"deleted_{person.hex}"


async def erase_person(work: UnitOfWork, person: UUID, reason: str | None = None) -> Erasure:
    """Destroy the person's key in the caller's transaction; the second time the answer is that of the first.

    Whoever is writing something of theirs right now is waited for; afterwards nothing personal is written for them.

    Raises:
        ServiceError: not_found `person-not-found`: nothing personal was ever written for them.
    """
    if (earlier := await find_erasure(work, person)) is not None:
        return earlier
    if await work.connection.fetch_value(_DELETE_KEY, person=person) is None:
        # Another erasure may have been waited for.
        if (earlier := await find_erasure(work, person)) is not None:
            return earlier
        raise not_found("person")
    event_id = new_id()
    await work.connection.execute(_RECORD, person=person, event_id=event_id, now=work.now)
    await work.connection.execute(_FORGET_ANSWERS, person=person)
    await work.connection.execute(_FORGET_ORIGINS, who=str(person))
    event = PersonErased(person_id=person, reason=reason)
    await work.append(f"person-{person}", "any", event, event_id=event_id)
    return Erasure(person, event_id, work.now)


async def find_erasure(work: UnitOfWork, person: UUID) -> Erasure | None:
    """The erasure of a person, None while there was none."""
    row = await work.connection.fetch_row(_FIND, person=person)
    return None if row is None else Erasure(person, row["event_id"], row["erased_at"])
