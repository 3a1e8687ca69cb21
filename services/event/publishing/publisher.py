"""The publisher of one territory: what is sealed goes to JetStream in order, resumed exactly after any crash.

It keeps nothing: the stream's last message says where to go on. A stream that was lost begins again near the head,
since consumers fill every gap from the store; so does one whose last message is not an event of the store.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from shared.database.pool import Pool
from shared.events import store
from shared.events.envelope import published_body
from shared.identifiers import Position
from shared.messaging.bus import LastMessage, MessageBus, Outgoing
from shared.messaging.errors import BusUnavailable, WrongLastSequence
from shared.observability.logging import get_logger
from shared.observability.metrics import PUBLISH_LAG, PUBLISHED_POSITION
from shared.territory.territory import Territory

log = get_logger()

BATCH = 500
# Batches of the sealer that are kept until their turn, each of a thousand events at most; the rest is read again.
MOST_KEPT = 4
# What a new stream is given of the past.
TAIL = 1000
IDLE_SECONDS = 1.0
PAUSE_SECONDS = 0.5


class Publisher:
    """Runs beside the sealer, in the same leader."""

    def __init__(self, territory: Territory, pool: Pool, bus: MessageBus) -> None:
        self._territory = territory
        self._pool = pool
        self._bus = bus
        self._woken = asyncio.Event()
        self._handed_on: deque[Sequence[Outgoing]] = deque(maxlen=MOST_KEPT)
        self._sealed = 0
        self._published = 0

    def take(self, sealed: Sequence[Outgoing]) -> None:
        """What has just been sealed, in order: it need not be read from the store."""
        self._handed_on.append(sealed)
        self._sealed = sealed[-1].position
        self._report()
        self._woken.set()

    async def run(self) -> None:
        """Publish for ever; NATS may come and go."""
        while True:
            try:
                await self._bus.wait_connected()
                await self._publish_on()
            except WrongLastSequence:
                log.warning("publisher.resynchronised", territory=self._territory.code)
            except BusUnavailable:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _is_of_this_history(self, position: int, event_id: str) -> bool:
        """A store that was set back to a backup gives its positions again, to other events."""
        found = await store.read_after(self._pool, Position(position - 1), 1)
        return bool(found) and found[0].position == position and str(found[0].id) == event_id

    def _report(self) -> None:
        PUBLISHED_POSITION.labels(self._territory.code).set(self._published)
        PUBLISH_LAG.labels(self._territory.code).set(max(self._sealed - self._published, 0))

    async def _publish_on(self) -> None:
        sequence, position, event_id = await self._bus.last_message() or LastMessage(0, 0, "")
        head = await store.head(self._pool)
        if position and not await self._is_of_this_history(position, event_id):
            log.error("publisher.stream_of_another_history", territory=self._territory.code, position=position)
            await self._bus.discard_stream()
            raise WrongLastSequence
        if position == 0:
            position = max(head - TAIL, 0)
        self._published, self._sealed = position, max(self._sealed, head)
        self._report()
        # Alone, so that a message which cannot be published is told of with the reason.
        most = 1
        while True:
            self._woken.clear()
            if outgoing := await self._next(position, most):
                sequence = await self._bus.publish_window(outgoing, sequence)
                self._published = position = outgoing[-1].position
                self._report()
                most = BATCH
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._woken.wait()

    async def _next(self, position: int, most: int) -> Sequence[Outgoing]:
        """What follows the position: as the sealer handed it on, else from the store."""
        kept = self._handed_on
        while kept and kept[0][0].position <= position:
            kept.popleft()
        if kept and kept[0][0].position == position + 1 and most == BATCH:
            return kept.popleft()
        events = await store.read_after(self._pool, Position(position), most)
        return [Outgoing(str(e.id), e.type, e.position, published_body(e.leaf_bytes(), e.position)) for e in events]
