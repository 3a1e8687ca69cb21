"""One command's transaction with the events it leaves; opened by `shared.web.execution`, consumers and operations."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select

from shared.clock import utc_now
from shared.database.connection import Connection
from shared.database.errors import RetryableConflict, UniqueViolation
from shared.database.pool import Pool
from shared.database.statements import Statement, compiled
from shared.errors import Kind, ServiceError
from shared.events.canonical import require_canonical
from shared.events.envelope import StoredEvent
from shared.events.event import Event
from shared.events.person_keys import PersonKeys
from shared.events.repetition import find_earlier, is_same, is_same_opened
from shared.events.tables import events
from shared.identifiers import ActorId, Position, is_id, new_id
from shared.observability.request_context import RequestContext
from shared.territory.territory import Territory

ExpectedVersion = int | Literal["any", "none"]

STREAM_VERSION = "events_stream_version"

_GIVEN = [column for column in events.c if column.name not in {"seq", "version", "xid"}]
_VERSION = func.coalesce(func.max(events.c.version), 0)
_NEXT = select(*(bindparam(column.name, type_=column.type) for column in _GIVEN), _VERSION + 1).where(
    events.c.stream == bindparam("stream", type_=events.c.stream.type)
)
_NAMES = [*(column.name for column in _GIVEN), "version"]
# One round trip an event; the index events_stream_version answers for the latest version and refuses a lost race.
_APPEND = compiled(insert(events).from_select(_NAMES, _NEXT).returning(events.c.version))
_APPEND_AFTER = compiled(
    insert(events)
    .from_select(_NAMES, _NEXT.having(bindparam("expected", type_=events.c.version.type) == _VERSION))
    .returning(events.c.version)
)
_LATEST = compiled(select(_VERSION).where(events.c.stream == bindparam("stream")))


class Appended(NamedTuple):
    """Where an event stands in its stream."""

    id: UUID
    stream: str
    version: int


@dataclass(slots=True)
class UnitOfWork:
    """Territory, actor, connection and time of one command. Commands neither open nor commit it.

    `links` (`causation_id`, `correlation_id`) go into the metadata of each event; a consumer's work names its cause.
    """

    territory: Territory
    actor: ActorId
    connection: Connection
    person_keys: PersonKeys | None
    context: RequestContext
    now: datetime
    links: Mapping[str, str] = field(default_factory=dict)
    appended: list[Appended] = field(default_factory=list)
    hints: set[str] = field(default_factory=set)
    person: UUID | None = None
    """The account that the events are about, where they name one."""

    async def append(
        self,
        stream: str,
        expected: ExpectedVersion,
        event: Event,
        *,
        audience: Sequence[str] = (),
        event_id: UUID | None = None,
        links: Mapping[str, str] | None = None,
    ) -> Appended:
        """Append in this transaction. `expected` is the stream's version before: a number, `none` or `any`.

        An event id that the stream holds already is answered as it was then, and nothing is written.

        Raises:
            ServiceError: conflict `version-conflict`, `event-id-conflict`; invalid `stream-category`, `not-canonical`.
            RetryableConflict: `any` or a given event id lost a race; the opener runs the command again.
        """
        require_category(stream, event)
        metadata = metadata_of(self.context, {**self.links, **(links or {})}, audience)
        if event_id is not None and (earlier := await self._earlier(stream, event_id, event, metadata)) is not None:
            return earlier
        identity = event_id or new_id()
        row = await self._row(event, identity, metadata)
        try:
            version = await self._insert(expected, {"stream": stream, **row})
        except UniqueViolation as violation:
            if expected == "any" or event_id is not None:
                raise RetryableConflict(violation.constraint) from violation
            raise version_conflict(number_of(expected) + 1) from violation
        if version is None:
            raise version_conflict(await self.connection.fetch_value(_LATEST, stream=stream))
        appended = Appended(identity, stream, version)
        self.appended.append(appended)
        self.person = getattr(event, "account_id", None) or self.person
        self.hints.add("appended")
        return appended

    async def _insert(self, expected: ExpectedVersion, row: Mapping[str, Any]) -> int | None:
        """The version that it got; None when the stream is not at the expected one."""
        statement: Statement = _APPEND if expected == "any" else _APPEND_AFTER
        extra = {} if expected == "any" else {"expected": number_of(expected)}
        version: int | None = await self.connection.fetch_value(statement, **row, **extra)
        return version

    async def _earlier(self, stream: str, event_id: UUID, event: Event, metadata: Mapping[str, Any]) -> Appended | None:
        found = (await find_earlier(self.connection, [event_id])).get(event_id)
        if found is None:
            return None
        again = StoredEvent(
            event_id,
            Position(0),
            stream,
            found.version,
            event.type,
            event.schema_version,
            str(self.actor),
            self.now,
            event.model_dump(mode="json"),
            metadata,
        )
        if event.personal_fields() and self.person_keys is not None:
            is_repeated = await is_same_opened(self.connection, self.person_keys, found, again)
        else:
            is_repeated = is_same(found, again)
        if not is_repeated:
            raise id_conflict()
        return Appended(event_id, stream, found.version)

    async def _row(self, event: Event, identity: UUID, metadata: Mapping[str, Any]) -> dict[str, Any]:
        data = event.model_dump(mode="json")
        require_canonical(data)
        require_canonical(metadata, "/metadata")
        if event.personal_fields():
            if self.person_keys is None:
                message = f"{event.type} has personal fields, and this service was given no PERSON_KEY_SECRET"
                raise RuntimeError(message)
            data = await self.person_keys.encrypt(self.connection, event, identity)
        return {
            "id": identity,
            "type": event.type,
            "schema_version": event.schema_version,
            "actor": self.actor,
            "occurred_at": self.now,
            "data": data,
            "metadata": metadata,
        }


@asynccontextmanager
async def unit_of_work(
    pool: Pool,
    territory: Territory,
    actor: ActorId,
    *,
    person_keys: PersonKeys | None,
    context: RequestContext,
) -> AsyncIterator[UnitOfWork]:
    """Begin, hand out, commit; roll back when the block raises. Who opens sends `hints` after the commit."""
    async with pool.acquire() as connection, connection.transaction():
        yield UnitOfWork(territory, actor, connection, person_keys, context, utc_now())


def metadata_of(context: RequestContext, links: Mapping[str, str], audience: Sequence[str] = ()) -> dict[str, Any]:
    """What an event says of the request that left it, of who made it in the actor's name and why, of its causes, and of
    the live channels it belongs to.
    """
    metadata: dict[str, Any] = {"request_id": context.request_id, **links}
    if context.impersonator is not None:
        metadata["impersonator"] = context.impersonator
    if context.reason is not None:
        metadata["reason"] = context.reason
    return metadata | {"audience": list(audience)} if audience else metadata


def require_category(stream: str, event: Event) -> None:
    """Streams are `<category>-<uuid>`.

    Raises:
        ServiceError: invalid `stream-category`.
    """
    category, _, identity = stream.partition("-")
    if category != event.category or not is_id(identity):
        detail = f"{event.type} belongs in a stream named {event.category}-<uuid>."
        raise ServiceError(Kind.INVALID, "stream-category", detail)


def number_of(expected: ExpectedVersion) -> int:
    """A stream's version before; `none` is 0."""
    return expected if isinstance(expected, int) else 0


def version_conflict(actual: int) -> ServiceError:
    """409: the stream is not where it was expected to be."""
    return ServiceError(Kind.CONFLICT, "version-conflict", f"The stream is at version {actual}.")


def id_conflict() -> ServiceError:
    """409: the id stands for something else."""
    return ServiceError(Kind.CONFLICT, "event-id-conflict", "Another event has that id.")
