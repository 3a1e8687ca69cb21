"""Following a territory's events by position: JetStream while it flows, the store whenever there is a gap.

PostgreSQL is the truth. A message only saves the query, and its coming is the wake-up; with NATS down, or its disk
lost, the store is asked again within a second, which is the longest that anybody waits for an event.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from time import monotonic
from typing import Protocol

from shared.database.pool import Pool
from shared.events import store
from shared.events.envelope import StoredEvent, event_of
from shared.identifiers import Position
from shared.messaging.bus import MessageBus
from shared.messaging.durable_consumer import PullConsumer
from shared.messaging.errors import BusUnavailable

BATCH = 200
IDLE_SECONDS = 0.75
# NATS is away: the store alone is asked, a little more often.
WITHOUT_BUS_SECONDS = 0.5
# So many times in a row the store had what JetStream did not bring: the subscription is stuck, and made anew.
MISSES = 3


class Incoming(Protocol):
    """Brings the bodies of events from some time on, some of them twice or not at all."""

    async def prepare(self) -> None:
        """Go on from here: what is sealed from now on is brought, if it can be."""

    async def fetch(self, timeout_seconds: float) -> Sequence[bytes]:
        """What has come, as soon as there is any; empty when nothing came in time.

        Raises:
            BusUnavailable: nothing can come now.
        """

    async def acknowledge(self) -> None:
        """What was fetched is handled."""

    async def close(self) -> None:
        """Bring nothing more, until `prepare`."""


class EventFollower:
    """Batches of events, contiguous and in order, from any position on.

    They are brought by JetStream, unless the process itself has somebody who does (`incoming`).
    """

    def __init__(self, pool: Pool, bus: MessageBus, *, durable: str | None, incoming: Incoming | None = None) -> None:
        self._pool = pool
        self._incoming = incoming or PullConsumer(bus, durable)

    async def batches(self, after: Position) -> AsyncGenerator[Sequence[StoredEvent], None]:
        """Yield for ever what comes after a position; when the next batch is asked for, this one counts as handled.

        Raises:
            ServiceError: unavailable, when the store cannot be read; begin again from the last position handled.
        """
        consumer = self._incoming
        misses, was_brought = 0, True
        try:
            while True:
                # Before the store is read, so that nothing falls between the two.
                await consumer.prepare()
                found = False
                while events := await store.read_after(self._pool, after, BATCH):
                    found = True
                    yield events
                    after = events[-1].position
                misses = misses + 1 if found and not was_brought else 0
                if misses == MISSES:
                    misses = 0
                    await consumer.close()
                was_brought = False
                async for events in self._flow(consumer, after):
                    was_brought = True
                    if events:
                        yield events
                        after = events[-1].position
        finally:
            await consumer.close()

    async def _flow(self, consumer: Incoming, after: Position) -> AsyncIterator[Sequence[StoredEvent]]:
        """What JetStream brings, until there is a gap or nothing comes any more; empty when all of it is old."""
        old_since = monotonic()
        while True:
            try:
                bodies = await consumer.fetch(IDLE_SECONDS)
            except BusUnavailable:
                await asyncio.sleep(WITHOUT_BUS_SECONDS)
                return
            events, is_whole = _following(bodies, after)
            if events:
                yield events
                after = events[-1].position
                old_since = monotonic()
            await consumer.acknowledge()
            if not bodies or not is_whole:
                return
            if monotonic() - old_since > IDLE_SECONDS:
                # Behind what the store told there may be more that is old than anybody should wait for.
                yield ()
                return


def _following(bodies: Sequence[bytes], after: Position) -> tuple[Sequence[StoredEvent], bool]:
    """The events that continue a position, and whether that is all: with no gap, and nothing that is no event.

    What the store told before it came here, which is much after a time of load, is passed over.
    """
    events: list[StoredEvent] = []
    for event in map(event_of, bodies):
        if event is None or event.position > after + 1:
            return events, False
        if event.position == after + 1:
            events.append(event)
            after = event.position
    return events, True
