"""A follower of a territory's events under test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from shared.events.follower import EventFollower, Incoming
from shared.identifiers import Position
from tests.support.event_store import EventStore


@asynccontextmanager
async def following(
    store: EventStore, *, durable: str | None = None, after: int = 0, incoming: Incoming | None = None
) -> AsyncIterator[list[int]]:
    """The positions that a follower has seen so far."""
    seen: list[int] = []

    async def follow() -> None:
        follower = EventFollower(store.pool, store.bus, durable=durable, incoming=incoming)
        async for batch in follower.batches(Position(after)):
            seen.extend(event.position for event in batch)

    task = asyncio.create_task(follow())
    try:
        yield seen
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
