"""Durable consumers: an event's effect and the checkpoint commit together, so redelivery has no second effect."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

from shared.events import store
from shared.events.envelope import StoredEvent
from shared.events.follower import EventFollower
from shared.events.handling import (
    FIND_CHECKPOINT,
    FIRST_PAUSE_SECONDS,
    TRY_SECONDS,
    Consumer,
    Handler,
    Reader,
    Source,
    handle,
    reason_of,
    require_database,
)
from shared.events.parking import park, replay_parked
from shared.identifiers import Position
from shared.observability.logging import get_logger
from shared.resilience.endings import end_tasks

__all__ = ["Consumer", "Handler", "Source", "handle_batch", "run_consumer"]

log = get_logger()

TRIES = 5
# Events in one transaction: measured at ten times the rate of one each.
TOGETHER = 50


async def run_consumer(reader: Reader, source: Source) -> None:
    """Handle every event once and in order, for ever; beside that, what was parked and is asked for again.

    An event that fails five times is parked with its reason, and the next one follows.

    Raises:
        ServiceError: unavailable, when the database cannot be reached; the caller runs it again.
        ReaderGone: its checkpoint was removed. CheckpointWentBack: the caller runs it again.
    """
    await reader.begin(source)
    replaying = asyncio.create_task(replay_parked(reader, source), name=f"replay-{reader.name}")
    try:
        await _follow(reader, source)
    finally:
        await end_tasks([replaying])


async def _follow(reader: Reader, source: Source) -> None:
    after = Position(await source.pool.fetch_value(FIND_CHECKPOINT, name=reader.name) or 0)
    follower = EventFollower(source.pool, source.bus, durable=reader.durable, incoming=source.incoming)
    async with aclosing(follower.batches(after)) as batches:
        async for batch in batches:
            await handle_batch(reader, source, batch)
            reader.report_lag(source.bus.territory.code, await store.head(source.pool) - batch[-1].position)


async def handle_batch(reader: Reader, source: Source, batch: Sequence[StoredEvent]) -> None:
    """Together while nothing fails, one by one when something did: so the fault is found, and no other suffers.

    Raises:
        ServiceError: unavailable; ReaderGone; CheckpointWentBack.
    """
    for start in range(0, len(batch), TOGETHER):
        part = batch[start : start + TOGETHER]
        after = part[0].position - 1
        if await _handle_together(reader, source, part, after):
            continue
        for event in part:
            if event.type in reader.by_type:
                await _handle_with_retries(reader, source, event, after)
        await handle(reader, source, part, after=after)


async def _handle_together(reader: Reader, source: Source, events: Sequence[StoredEvent], after: int) -> bool:
    if sum(event.type in reader.by_type for event in events) == 1:
        return False
    try:
        async with asyncio.timeout(TRY_SECONDS):
            await handle(reader, source, events, after=after)
    except Exception as error:  # noqa: BLE001 (whose fault it was is found one by one)
        await require_database(reader, source, error)
        return False
    return True


async def _handle_with_retries(reader: Reader, source: Source, event: StoredEvent, after: int) -> None:
    for attempt in range(1, TRIES + 1):
        try:
            async with asyncio.timeout(TRY_SECONDS):
                await handle(reader, source, [event], after=after)
        except Exception as error:  # noqa: BLE001 (any failure of a handler is retried, then parked with its reason)
            await require_database(reader, source, error)
            reason = reason_of(error)
            log.warning("event.handling_failed", consumer=reader.name, position=event.position, error=reason)
            if attempt == TRIES:
                await park(reader, source, event, reason=reason, attempts=TRIES)
            else:
                await asyncio.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
        else:
            return
