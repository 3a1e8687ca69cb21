"""What a reader could not handle is set aside with its reason, and handled again when an operator asks for it."""

import asyncio
from contextlib import suppress

from sqlalchemy import BigInteger, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from shared.database.connection import Row
from shared.database.errors import RetryableConflict, database_busy
from shared.database.statements import compiled
from shared.events import store
from shared.events.envelope import StoredEvent
from shared.events.handling import RACES, Reader, Source, move, reason_of, require_database, work_of
from shared.events.tables import parked_events
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import Position
from shared.messaging.subjects import PARKED
from shared.observability.logging import get_logger
from shared.observability.metrics import PARKED_EVENTS

log = get_logger()

# Without NATS the table alone tells what is asked for.
LOOK_SECONDS = 2.0
# For one that is handled again: nothing waits behind it, so it may take longer than in its turn.
REPLAY_SECONDS = 5.0

_parked = parked_events.c
_OF_READER = _parked.consumer == bindparam("name")
_THIS = (_OF_READER, _parked.position == bindparam("parked_position", type_=BigInteger))
_PARK = compiled(
    insert(parked_events)
    .values(
        consumer=bindparam("name"),
        position=bindparam("reached"),
        event_id=bindparam("event_id", type_=_parked.event_id.type),
        reason=bindparam("reason"),
        attempts=bindparam("attempts"),
    )
    .on_conflict_do_nothing()
)
_COUNT = compiled(
    select(func.count().label("parked"), func.count().filter(_parked.state == "replaying").label("asked_for")).where(
        _OF_READER
    )
)
# One that another instance has taken is passed over.
_TAKE = compiled(
    select(_parked.position)
    .where(_OF_READER, _parked.state == "replaying")
    .order_by(_parked.position)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_PARK_AGAIN = compiled(
    update(parked_events)
    .where(*_THIS)
    .values(
        state="parked",
        reason=bindparam("fault"),
        attempts=_parked.attempts + 1,
        parked_at=bindparam("now"),
        requested_at=None,
    )
)
_FORGET = compiled(delete(parked_events).where(*_THIS))


async def park(reader: Reader, source: Source, event: StoredEvent, *, reason: str, attempts: int) -> None:
    """Set an event aside and go on behind it."""
    async with work_of(source) as work:
        if not await move(reader, work, [event]):
            return
        await _record(work, reader, event, reason, attempts)
    await _tell(reader, source, event)


async def set_aside(reader: Reader, source: Source, event: StoredEvent, *, reason: str, attempts: int) -> None:
    """Park an event for a reader whose checkpoint is elsewhere; once, however often it comes by."""
    async with work_of(source) as work:
        await _record(work, reader, event, reason, attempts)
    await _tell(reader, source, event)


async def _record(work: UnitOfWork, reader: Reader, event: StoredEvent, reason: str, attempts: int) -> None:
    await work.connection.execute(
        _PARK, name=reader.name, reached=event.position, event_id=event.id, reason=reason, attempts=attempts
    )


async def _tell(reader: Reader, source: Source, event: StoredEvent) -> None:
    log.error("event.parked", consumer=reader.name, position=event.position, type=event.type)
    await count_parked(reader, source)


async def count_parked(reader: Reader, source: Source) -> Row:
    """How many events are parked, and how many of them are asked for; the first as a metric too."""
    (row,) = await source.pool.fetch(_COUNT, name=reader.name)
    PARKED_EVENTS.labels(reader.name, source.bus.territory.code).set(row["parked"])
    return row


async def replay_parked(reader: Reader, source: Source) -> None:
    """For ever handle again what is asked for."""
    async with source.bus.woken_by(PARKED) as woken:
        while True:
            woken.clear()
            try:
                if (await count_parked(reader, source))["asked_for"]:
                    while await _replay_next(reader, source):
                        pass
                    await count_parked(reader, source)
            except Exception as error:  # noqa: BLE001 (nobody else would begin it again)
                log.warning("replay.interrupted", consumer=reader.name, error=repr(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await woken.wait()


async def _replay_next(reader: Reader, source: Source) -> bool:
    """The effect and the end of being parked commit together; False when nothing is asked for."""
    for _ in range(RACES):
        with suppress(RetryableConflict):
            async with work_of(source) as work:
                position = await work.connection.fetch_value(_TAKE, name=reader.name)
                if position is not None:
                    await _replay(reader, source, work, position)
                return position is not None
    raise database_busy()


async def _replay(reader: Reader, source: Source, work: UnitOfWork, position: int) -> None:
    (event,) = await store.read_after(work.connection, Position(position - 1), 1)
    row = {"name": reader.name, "parked_position": position}
    try:
        async with asyncio.timeout(REPLAY_SECONDS), work.connection.transaction():
            # A type that no longer concerns the reader leaves nothing.
            await reader.call(work, [event] if event.type in reader.by_type else [])
    except RetryableConflict:
        raise
    except Exception as error:  # noqa: BLE001 (any failure of a handler parks the event again, with its reason)
        await require_database(reader, source, error)
        work.hints.clear()
        await work.connection.execute(_PARK_AGAIN, **row, fault=reason_of(error), now=work.now)
        log.warning("event.parked_again", consumer=reader.name, position=position, error=reason_of(error))
    else:
        await work.connection.execute(_FORGET, **row)
        log.info("event.replayed", consumer=reader.name, position=position)
