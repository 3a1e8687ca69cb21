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
from shared.events.upcasting import newest, require_complete
from shared.identifiers import SYSTEM, Position
from shared.messaging.bus import MessageBus
from shared.observability.logging import get_logger
from shared.observability.metrics import CONSUMER_LAG, PARKED_EVENTS
from shared.observability.request_context import new_context

log = get_logger()

TRIES = 5
RACES = 20
FIRST_PAUSE_SECONDS = 0.02
# A batch and five tries that hang, and the pauses between them, stay below five seconds: the longest that others wait
# for an event that cannot be handled.
TRY_SECONDS = 0.6
# Events in one transaction: measured at ten times the rate of one each.
TOGETHER = 50

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
        require_complete(self.handles)
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
    """Together while nothing fails, one by one when something did: so the fault is found, and no other suffers."""
    for start in range(0, len(batch), TOGETHER):
        part = batch[start : start + TOGETHER]
        if await _handle_together(consumer, source, part):
            continue
        for event in part:
            if event.type in consumer.by_type:
                await _handle_with_retries(consumer, source, event)
        await _handle(consumer, source, part)


async def _handle_together(consumer: Consumer, source: Source, events: Sequence[StoredEvent]) -> bool:
    if sum(event.type in consumer.by_type for event in events) == 1:
        return False
    try:
        async with asyncio.timeout(TRY_SECONDS):
            await _handle(consumer, source, events)
    except Exception as error:  # noqa: BLE001 (whose fault it was is found one by one)
        await _require_database(consumer, source, error)
        return False
    return True


async def _handle_with_retries(consumer: Consumer, source: Source, event: StoredEvent) -> None:
    for attempt in range(1, TRIES + 1):
        try:
            async with asyncio.timeout(TRY_SECONDS):
                await _handle(consumer, source, [event])
        except Exception as error:  # noqa: BLE001 (any failure of a handler is retried, then parked with its reason)
            await _require_database(consumer, source, error)
            log.warning("event.handling_failed", consumer=consumer.name, position=event.position, error=repr(error))
            if attempt == TRIES:
                await _park(consumer, source, event, repr(error))
            else:
                await asyncio.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
        else:
            return


async def _handle(consumer: Consumer, source: Source, events: Sequence[StoredEvent]) -> None:
    """Effects and checkpoint in one transaction, run again when it lost a race.

    Raises:
        ServiceError: unavailable `database-busy` after twenty lost races; whatever the handler raises.
    """
    for _ in range(RACES):
        try:
            async with _work(source) as work:
                new = await _move(consumer, work, events)
                await _call(consumer, work, [event for event in new if event.type in consumer.by_type])
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


async def _call(consumer: Consumer, work: UnitOfWork, events: Sequence[StoredEvent]) -> None:
    if work.person_keys is None:
        message = "a consumer works with the keys of persons"
        raise RuntimeError(message)
    for event, data in zip(events, await work.person_keys.reveal(work.connection, events), strict=True):
        described = consumer.by_type[event.type]
        erased = work.person_keys.erased_fields(event, data)
        current = newest(described, event.schema_version, {**data, **dict.fromkeys(erased, "")})
        payload = described.model_validate(current)
        work.context = new_context(str(event.metadata.get("request_id", "")))
        work.links = {"causation_id": str(event.id)}
        # An erased field is None: the handler sees the tombstone instead of a validation error.
        gone = {name: None for name in described.personal_fields() if erased and current.get(name) == ""}
        await consumer.handles[described](work, event, payload.model_copy(update=gone))


async def _move(consumer: Consumer, work: UnitOfWork, events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """Lock the checkpoint and move it to the last of these events; those that no other instance has handled."""
    position = await work.connection.fetch_value(_LOCK, name=consumer.name)
    new = [event for event in events if event.position > position]
    if new:
        await work.connection.execute(_MOVE, name=consumer.name, reached=new[-1].position, now=work.now)
    return new


async def _park(consumer: Consumer, source: Source, event: StoredEvent, reason: str) -> None:
    async with _work(source) as work:
        if not await _move(consumer, work, [event]):
            return
        await work.connection.execute(
            _PARK, name=consumer.name, reached=event.position, event_id=event.id, reason=reason, attempts=TRIES
        )
    PARKED_EVENTS.labels(consumer.name, source.bus.territory.code).inc()
    log.error("event.parked", consumer=consumer.name, position=event.position, type=event.type)


@asynccontextmanager
async def _work(source: Source) -> AsyncIterator[UnitOfWork]:
    """A unit of work whose hints go out after the commit."""
    territory, keys = source.bus.territory, source.person_keys
    async with unit_of_work(source.pool, territory, SYSTEM, person_keys=keys, context=new_context()) as work:
        yield work
    for hint in work.hints:
        await source.bus.publish_hint(hint)
