"""One command's transaction with the events it leaves; opened by `shared.web.execution`, consumers and operations."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select

from shared.clock import utc_now
from shared.database.connection import Connection
from shared.database.errors import RetryableConflict, UniqueViolation
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.events.canonical import require_canonical
from shared.events.event import Event
from shared.events.person_keys import PersonKeys
from shared.events.tables import events
from shared.identifiers import ActorId, new_id, parse_id
from shared.observability.request_context import RequestContext
from shared.territory.territory import Territory

ExpectedVersion = int | Literal["any", "none"]

STREAM_VERSION = "events_stream_version"

_COLUMNS = [column for column in events.c if column.name not in {"seq", "xid"}]
_LATEST = compiled(select(func.max(events.c.version)).where(events.c.stream == bindparam("stream")))
_APPEND = compiled(insert(events).values({column.name: bindparam(column.name) for column in _COLUMNS}))
_FIND_BY_ID = compiled(select(events.c.stream, events.c.version).where(events.c.id == bindparam("id")))


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an event stands in its stream."""

    id: UUID
    stream: str
    version: int


@dataclass(slots=True)
class UnitOfWork:
    """Territory, actor, connection and time of one command. Commands neither open nor commit it."""

    territory: Territory
    actor: ActorId
    connection: Connection
    person_keys: PersonKeys | None
    context: RequestContext
    now: datetime
    appended: list[Appended] = field(default_factory=list)
    hints: set[str] = field(default_factory=set)

    async def append(
        self,
        stream: str,
        expected: ExpectedVersion,
        event: Event,
        *,
        audience: Sequence[str] = (),
        event_id: UUID | None = None,
        links: dict[str, str] | None = None,
    ) -> Appended:
        """Append in this transaction. `expected` is the stream's version before: a number, `none` or `any`.

        `links` may hold `causation_id` and `correlation_id`. An event id that the stream holds already is answered
        as it was then, and nothing is written.

        Raises:
            ServiceError: conflict `version-conflict`, `event-id-conflict`; invalid `stream-category`, `not-canonical`.
            RetryableConflict: `any` lost a race; the opener runs the command again.
        """
        require_category(stream, event)
        if event_id is not None and (earlier := await self._find_earlier(stream, event_id)) is not None:
            return earlier
        latest = await self.connection.fetch_value(_LATEST, stream=stream) or 0
        if expected != "any" and latest != (0 if expected == "none" else expected):
            raise _version_conflict(latest)
        appended = Appended(event_id or new_id(), stream, latest + 1)
        row = await self._row(
            appended, event, {**(links or {}), "audience": list(audience)} if audience else links or {}
        )
        try:
            await self.connection.execute(_APPEND, **row)
        except UniqueViolation as violation:
            if violation.constraint != STREAM_VERSION:
                raise _id_conflict() from violation
            if expected == "any":
                raise RetryableConflict(STREAM_VERSION) from violation
            raise _version_conflict(appended.version) from violation
        self.appended.append(appended)
        self.hints.add("appended")
        return appended

    async def _find_earlier(self, stream: str, event_id: UUID) -> Appended | None:
        row = await self.connection.fetch_row(_FIND_BY_ID, id=event_id)
        if row is None:
            return None
        if row["stream"] != stream:
            raise _id_conflict()
        return Appended(event_id, stream, row["version"])

    async def _row(self, appended: Appended, event: Event, metadata: dict[str, Any]) -> dict[str, Any]:
        data = event.model_dump(mode="json")
        require_canonical(data)
        if event.personal_fields():
            if self.person_keys is None:
                message = f"{event.type} has personal fields, and this service was given no PERSON_KEY_SECRET"
                raise RuntimeError(message)
            data = await self.person_keys.encrypt(self.connection, event, appended.id)
        return {
            "id": appended.id,
            "stream": appended.stream,
            "version": appended.version,
            "type": event.type,
            "schema_version": event.schema_version,
            "actor": self.actor,
            "occurred_at": self.now,
            "data": data,
            "metadata": {"request_id": self.context.request_id, **metadata},
        }


@asynccontextmanager
async def unit_of_work(
    pool: Pool, territory: Territory, actor: ActorId, *, person_keys: PersonKeys | None, context: RequestContext
) -> AsyncIterator[UnitOfWork]:
    """Begin, hand out, commit; roll back when the block raises."""
    async with pool.acquire() as connection, connection.transaction():
        yield UnitOfWork(territory, actor, connection, person_keys, context, utc_now())


def require_category(stream: str, event: Event) -> None:
    """Streams are `<category>-<uuid>`.

    Raises:
        ServiceError: invalid `stream-category`.
    """
    category, _, identity = stream.partition("-")
    if category != event.category or parse_id(identity) is None:
        detail = f"{event.type} belongs in a stream named {event.category}-<uuid>."
        raise ServiceError(Kind.INVALID, "stream-category", detail)


def _version_conflict(actual: int) -> ServiceError:
    return ServiceError(Kind.CONFLICT, "version-conflict", f"The stream is at version {actual}.")


def _id_conflict() -> ServiceError:
    return ServiceError(Kind.CONFLICT, "event-id-conflict", "Another event has that id.")
