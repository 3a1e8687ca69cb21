"""One transaction of a reader of events: its checkpoint and the effects of what it reads move together."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import ValidationError
from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from shared.database.errors import RetryableConflict, database_busy
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.events.envelope import StoredEvent
from shared.events.event import Event
from shared.events.follower import Incoming
from shared.events.person_keys import PersonKeys, Revealed
from shared.events.tables import checkpoints
from shared.events.unit_of_work import UnitOfWork, unit_of_work
from shared.events.upcasting import newest, require_complete
from shared.identifiers import SYSTEM
from shared.messaging.bus import MessageBus
from shared.observability.metrics import CONSUMER_LAG
from shared.observability.request_context import new_context

RACES = 20
FIRST_PAUSE_SECONDS = 0.02
# A batch and five tries that hang, and the pauses between them, stay below five seconds: the longest that others wait
# for an event that cannot be handled.
TRY_SECONDS = 0.6

Handler = Callable[[UnitOfWork, StoredEvent, Any], Awaitable[None]]
"""Called with the work, the stored event and its revealed payload (an instance of the event's class)."""

_MAKE = compiled(insert(checkpoints).values(consumer=bindparam("name"), position=0).on_conflict_do_nothing())
_POSITION = select(checkpoints.c.position).where(checkpoints.c.consumer == bindparam("name"))
FIND_CHECKPOINT = compiled(_POSITION)
# Two instances of a consumer side by side: the second waits here, and finds the event handled.
LOCK_CHECKPOINT = compiled(_POSITION.with_for_update())
MOVE_CHECKPOINT = compiled(
    update(checkpoints)
    .where(checkpoints.c.consumer == bindparam("name"))
    .values(position=bindparam("reached"), updated_at=bindparam("now"))
)


class ReaderGone(Exception):
    """The reader's checkpoint is not there any more: it is over, and so is its loop."""


class CheckpointWentBack(Exception):
    """The database has lost what was committed last, as after a crash: the reader goes on from where it is now."""


class KeyUnavailable(Exception):
    """A person's key is wrapped under a secret that this process was not given."""


class Reader(Protocol):
    """Whoever reads events in order: a consumer, or a build of a projection."""

    @property
    def name(self) -> str:
        """Of its checkpoint, and of what it parks."""

    @property
    def durable(self) -> str | None:
        """Of its consumer in JetStream; None when that need not outlive the process."""

    @property
    def by_type(self) -> Mapping[str, type[Event]]:
        """The classes of the events that concern it."""

    async def begin(self, source: "Source") -> None:
        """Make sure that there is a checkpoint."""

    async def call(self, work: UnitOfWork, events: Sequence[StoredEvent]) -> None:
        """Leave the effects of events that concern it, in order."""

    def report_lag(self, code: str, lag: int) -> None:
        """Tell how many sealed positions are before it in a territory."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """A named reader of events: one handler for each class of event that concerns it."""

    name: str
    handles: Mapping[type[Event], Handler]
    by_type: Mapping[str, type[Event]] = field(init=False)

    def __post_init__(self) -> None:
        require_complete(self.handles)
        object.__setattr__(self, "by_type", {event.type: event for event in self.handles})

    @property
    def durable(self) -> str | None:
        """JetStream keeps its place for it."""
        return self.name

    async def begin(self, source: "Source") -> None:
        """Begin at the beginning, or go on."""
        await source.pool.execute(_MAKE, name=self.name)

    async def call(self, work: UnitOfWork, events: Sequence[StoredEvent]) -> None:
        """One handler after another; what they append names its cause."""
        for event, payload in await payloads(self, work, events):
            work.context = new_context(str(event.metadata.get("request_id", "")))
            work.links = {"causation_id": str(event.id)}
            await self.handles[type(payload)](work, event, payload)

    def report_lag(self, code: str, lag: int) -> None:
        """As a metric."""
        CONSUMER_LAG.labels(self.name, code).set(lag)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a consumer reads and writes: one territory."""

    pool: Pool
    bus: MessageBus
    person_keys: PersonKeys
    incoming: Incoming | None = None
    """What brings events instead of the bus's JetStream."""


async def handle(reader: Reader, source: Source, events: Sequence[StoredEvent], *, after: int = 0) -> None:
    """Effects and checkpoint in one transaction, run again when it lost a race. They follow `after`, as was read.

    Raises:
        ServiceError: unavailable `database-busy` after twenty lost races; ReaderGone; CheckpointWentBack; whatever the
            handler raises.
    """
    for _ in range(RACES):
        try:
            async with work_of(source) as work:
                await advance(reader, work, events, after=after)
        except RetryableConflict:
            await asyncio.sleep(random.uniform(0, FIRST_PAUSE_SECONDS))
        else:
            return
    raise database_busy()


async def advance(reader: Reader, work: UnitOfWork, events: Sequence[StoredEvent], *, after: int = 0) -> None:
    """The effects of events and the step of the checkpoint, in the caller's transaction.

    Raises:
        ReaderGone; CheckpointWentBack; whatever the handler raises.
    """
    new = await move(reader, work, events, after=after)
    await reader.call(work, [event for event in new if event.type in reader.by_type])


async def move(reader: Reader, work: UnitOfWork, events: Sequence[StoredEvent], *, after: int = 0) -> list[StoredEvent]:
    """Lock the checkpoint and move it to the last of these events; those that no other instance has handled.

    Raises:
        ReaderGone: there is no checkpoint. CheckpointWentBack: it is before `after`, and what lies between would never
            be handled.
    """
    position = await work.connection.fetch_value(LOCK_CHECKPOINT, name=reader.name)
    if position is None:
        raise ReaderGone(reader.name)
    if position < after:
        raise CheckpointWentBack(reader.name)
    new = [event for event in events if event.position > position]
    if new:
        await work.connection.execute(MOVE_CHECKPOINT, name=reader.name, reached=new[-1].position, now=work.now)
    return new


async def payloads(reader: Reader, work: UnitOfWork, events: Sequence[StoredEvent]) -> list[tuple[StoredEvent, Event]]:
    """Each event with its revealed payload in its type's newest version; an erased field is None.

    Raises:
        ValidationError: an event is not of its type's form; KeyUnavailable.
    """
    if work.person_keys is None:
        message = "a consumer works with the keys of persons"
        raise RuntimeError(message)
    revealed = await work.person_keys.reveal(work.connection, events)
    return [
        (event, _payload(reader, work.person_keys, event, data)) for event, data in zip(events, revealed, strict=True)
    ]


def _payload(reader: Reader, keys: PersonKeys, event: StoredEvent, data: Revealed) -> Event:
    if data.unavailable:
        # Parked, and handled again when the secret is there: to take it for erased would lose what can be read.
        raise KeyUnavailable(event.id)
    described = reader.by_type[event.type]
    current = newest(described, event.schema_version, data)
    if not keys.erased_fields(event, data):
        return described.model_validate(current)
    # By what they are called now, whatever it was when they were written.
    erased: dict[str, None] = {name: None for name in described.personal_fields() if current.get(name) is None}
    payload = described.model_validate({**current, **dict.fromkeys(erased, "")})
    # The handler sees the tombstone instead of a validation error.
    return payload.model_copy(update=erased)


async def require_database(reader: Reader, source: Source, error: Exception) -> None:
    """A database that is away or slow is no fault of the event: the consumer begins again when it is back.

    Raises:
        ServiceError: unavailable; ReaderGone.
    """
    require_reachable(error)
    try:
        async with asyncio.timeout(TRY_SECONDS):
            await source.pool.fetch_value(FIND_CHECKPOINT, name=reader.name)
    except TimeoutError:
        raise database_busy() from error


def require_reachable(error: Exception) -> None:
    """Go on only if the error says nothing of the database.

    Raises:
        ServiceError: unavailable; ReaderGone; CheckpointWentBack.
    """
    if isinstance(error, ReaderGone | CheckpointWentBack) or (
        isinstance(error, ServiceError) and error.kind is Kind.UNAVAILABLE
    ):
        raise error


def reason_of(error: Exception) -> str:
    """Why an event could not be handled, without the values that it holds: they may be personal."""
    if isinstance(error, ValidationError):
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        return "; ".join(f"/{'/'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)
    return repr(error)


@asynccontextmanager
async def work_of(source: Source) -> AsyncIterator[UnitOfWork]:
    """A unit of work whose hints go out after the commit."""
    territory, keys = source.bus.territory, source.person_keys
    async with unit_of_work(source.pool, territory, SYSTEM, person_keys=keys, context=new_context()) as work:
        yield work
    for hint in work.hints:
        await source.bus.publish_hint(hint)
