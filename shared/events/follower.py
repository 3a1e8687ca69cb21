"""Following a territory's events by position: JetStream while it flows, the store whenever there is a gap.

PostgreSQL is the truth. A message only saves the query, and its coming is the wake-up; with NATS down, or its disk
lost, the store is asked every two seconds.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

import orjson

from shared.database.pool import Pool
from shared.events import store
from shared.events.envelope import StoredEvent
from shared.identifiers import Position
from shared.messaging.bus import MessageBus
from shared.messaging.durable_consumer import Delivery, PullConsumer
from shared.messaging.errors import BusUnavailable

BATCH = 200
IDLE_SECONDS = 2.0


class EventFollower:
    """Batches of events, contiguous and in order, from any position on."""

    def __init__(self, pool: Pool, bus: MessageBus, *, durable: str | None) -> None:
        self._pool = pool
        self._bus = bus
        self._durable = durable

    async def batches(self, after: Position) -> AsyncIterator[Sequence[StoredEvent]]:
        """Yield for ever what comes after a position; when the next batch is asked for, this one counts as handled.

        Raises:
            ServiceError: unavailable, when the store cannot be read; begin again from the last position handled.
        """
        consumer = PullConsumer(self._bus, self._durable)
        try:
            while True:
                while events := await store.read_after(self._pool, after, BATCH):
                    yield events
                    after = events[-1].position
                async for events, deliveries in self._flow(consumer, after):
                    if events:
                        yield events
                        after = events[-1].position
                    if self._durable is not None:
                        for delivery in deliveries:
                            await delivery.acknowledge()
        finally:
            await consumer.close()

    async def _flow(
        self, consumer: PullConsumer, after: Position
    ) -> AsyncIterator[tuple[Sequence[StoredEvent], Sequence[Delivery]]]:
        """What JetStream brings, until there is a gap or nothing comes any more."""
        while True:
            try:
                deliveries = await consumer.fetch(IDLE_SECONDS)
            except BusUnavailable:
                await asyncio.sleep(IDLE_SECONDS / 4)
                return
            events = [event for event in map(_to_event, deliveries) if event.position > after]
            is_contiguous = [event.position for event in events] == list(range(after + 1, after + 1 + len(events)))
            yield (events if is_contiguous else (), deliveries)
            if not events or not is_contiguous:
                return
            after = events[-1].position


def _to_event(delivery: Delivery) -> StoredEvent:
    fields = orjson.loads(delivery.body)
    return StoredEvent(
        id=UUID(fields["id"]),
        position=Position(fields["position"]),
        stream=fields["stream"],
        version=fields["version"],
        type=fields["type"],
        schema_version=fields["schema_version"],
        actor=fields["actor"],
        occurred_at=datetime.fromisoformat(fields["occurred_at"]),
        data=fields["data"],
        metadata=fields["metadata"],
    )
