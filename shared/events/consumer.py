"""Durable consumers: an event's effect and the checkpoint commit together, so redelivery has no second effect."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from shared.database.errors import RetryableConflict, database_busy
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.events import store
from shared.events.envelope import StoredEvent
from shared.events.event import Event
from shared.events.follower import EventFollower
from shared.events.person_keys import PersonKeys
from shared.events.tables import checkpoints, parked_events
from shared.events.unit_of_work import UnitOfWork, unit_of_work
from shared.identifiers import SYSTEM, Position
from shared.messaging.bus import MessageBus
from shared.observability.logging import get_logger
from shared.observability.metrics import CONSUMER_LAG, PARKED_EVENTS
from shared.observability.request_context import new_context

log = get_logger()

TRIES = 5
RACES = 20
FIRST_PAUSE_SECONDS = 0.02
# Five tries that hang and the pauses between them stay below five seconds, the longest that others wait for an event
# that cannot be handled.
TRY_SECONDS = 0.8

Handler = Callable[[UnitOfWork, StoredEvent, Any], Awaitable[None]]
"""Called with the work, the stored event and its revealed payload (an instance of the event's class)."""

_MAKE = compiled(insert(checkpoints).values(consumer=bindparam("name"), position=0).on_conflict_do_nothing())
_POSITION = select(checkpoints.c.position).where(checkpoints.c.consumer == bindparam("name"))
_FIND = compiled(_POSITION)
# Two instances of a consumer side by side: the second waits here, and finds the event handled.
_LOCK = compiled(_POSITION.with_for_update())
_MOVE = compiled(
    update(checkpoints)
    .where(checkpoints.c.consumer == bindparam("name"))
    .values(position=bindparam("reached"), updated_at=bindparam("now"))
)
_PARK = compiled(
    insert(parked_events)
    .values(
        consumer=bindparam("name"),
        position=bindparam("reached"),
        event_id=bindparam("event_id", type_=parked_events.c.event_id.type),
        reason=bindparam("reason"),
        attempts=bindparam("attempts"),
    )
    .on_conflict_do_nothing()
)


@dataclass(frozen=True, slots=True)
class Consumer:
    """A named reader of events: one handler for each class of event that concerns it."""

    name: str
    handles: Mapping[type[Event], Handler]
    by_type: Mapping[str, type[Event]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_type", {event.type: event for event in self.handles})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a consumer reads and writes: one territory."""

    pool: Pool
    bus: MessageBus
    person_keys: PersonKeys


async def run_consumer(consumer: Consumer, source: Source) -> None:
    """Handle every event once and in order, for ever.

    An event that fails five times is parked with its reason, and the next one follows.

    Raises:
        ServiceError: unavailable, when the database cannot be reached; the caller runs it again.
    """
    await source.pool.execute(_MAKE, name=consumer.name)
    after = Position(await source.pool.fetch_value(_FIND, name=consumer.name))
    follower = EventFollower(source.pool, source.bus, durable=consumer.name)
    async with aclosing(follower.batches(after)) as batches:
        async for batch in batches:
            await _handle_batch(consumer, source, batch)
            lag = await store.head(source.pool) - batch[-1].position
            CONSUMER_LAG.labels(consumer.name, source.bus.territory.code).set(lag)


async def _handle_batch(consumer: Consumer, source: Source, batch: Sequence[StoredEvent]) -> None:
    """Events that concern nobody here only move the checkpoint, together with the next that does or with the last."""
    concerned = [event for event in batch if event.type in consumer.by_type]
    for event in concerned:
        await _handle_with_retries(consumer, source, event)
    if not concerned or concerned[-1] is not batch[-1]:
        async with _work(source, batch[-1]) as work:
            await _move(consumer, work, batch[-1].position)


async def _handle_with_retries(consumer: Consumer, source: Source, event: StoredEvent) -> None:
    for attempt in range(1, TRIES + 1):
        try:
            async with asyncio.timeout(TRY_SECONDS):
                await _handle(consumer, source, event)
        except Exception as error:  # noqa: BLE001 (any failure of a handler is retried, then parked with its reason)
            await _require_database(consumer, source, error)
            log.warning("event.handling_failed", consumer=consumer.name, position=event.position, error=repr(error))
            if attempt == TRIES:
                await _park(consumer, source, event, repr(error))
            else:
                await asyncio.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
        else:
            return


async def _handle(consumer: Consumer, source: Source, event: StoredEvent) -> None:
    """Effect and checkpoint in one transaction, run again when it lost a race.

    Raises:
        ServiceError: unavailable `database-busy` after twenty lost races; whatever the handler raises.
    """
    for _ in range(RACES):
        try:
            async with _work(source, event) as work:
                if await _move(consumer, work, event.position):
                    await _call(consumer, work, event)
        except RetryableConflict:
            await asyncio.sleep(random.uniform(0, FIRST_PAUSE_SECONDS))
        else:
            return
    raise database_busy()


async def _require_database(consumer: Consumer, source: Source, error: Exception) -> None:
    """A database that is away or slow is no fault of the event: the consumer begins again when it is back.

    Raises:
        ServiceError: unavailable.
    """
    if isinstance(error, ServiceError) and error.kind is Kind.UNAVAILABLE:
        raise error
    try:
        async with asyncio.timeout(TRY_SECONDS):
            await source.pool.fetch_value(_FIND, name=consumer.name)
    except TimeoutError:
        raise database_busy() from error


async def _call(consumer: Consumer, work: UnitOfWork, event: StoredEvent) -> None:
    described = consumer.by_type[event.type]
    if work.person_keys is None:
        message = "a consumer works with the keys of persons"
        raise RuntimeError(message)
    (data,) = await work.person_keys.reveal(work.connection, [event])
    erased = dict.fromkeys(work.person_keys.erased_fields(event, data))
    payload = described.model_validate({**data, **dict.fromkeys(erased, "")})
    # An erased field is None: the handler sees the tombstone instead of a validation error.
    await consumer.handles[described](work, event, payload.model_copy(update=erased))


async def _move(consumer: Consumer, work: UnitOfWork, reached: Position) -> bool:
    """Lock and move the checkpoint; False when another instance has been here."""
    position = await work.connection.fetch_value(_LOCK, name=consumer.name)
    if position >= reached:
        return False
    await work.connection.execute(_MOVE, name=consumer.name, reached=reached, now=work.now)
    return True


async def _park(consumer: Consumer, source: Source, event: StoredEvent, reason: str) -> None:
    async with _work(source, event) as work:
        if not await _move(consumer, work, event.position):
            return
        await work.connection.execute(
            _PARK, name=consumer.name, reached=event.position, event_id=event.id, reason=reason, attempts=TRIES
        )
    PARKED_EVENTS.labels(consumer.name, source.bus.territory.code).inc()
    log.error("event.parked", consumer=consumer.name, position=event.position, type=event.type)


@asynccontextmanager
async def _work(source: Source, event: StoredEvent) -> AsyncIterator[UnitOfWork]:
    """A unit of work caused by an event; its hints go out after the commit."""
    context = new_context(str(event.metadata.get("request_id", "")))
    opened = unit_of_work(
        source.pool,
        source.bus.territory,
        SYSTEM,
        person_keys=source.person_keys,
        context=context,
        links={"causation_id": str(event.id)},
    )
    async with opened as work:
        yield work
    for hint in work.hints:
        await source.bus.publish_hint(hint)
