"""What this process seals, brought to a reader in it: it need not go by way of JetStream, nor wait for it."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from shared.events.follower import BATCH
from shared.messaging.bus import Outgoing

# More is the store's to tell: the reader is behind by half a second of the highest rate.
MOST_KEPT = 10_000


class Feed:
    """For one reader at a time (see `shared.events.follower.Incoming`)."""

    def __init__(self) -> None:
        self._bodies: deque[bytes] = deque()
        self._has_come = asyncio.Event()
        self._is_open = False

    def take(self, sealed: Sequence[Outgoing]) -> None:
        """What has just been sealed, in order."""
        if self._is_open:
            if len(self._bodies) > MOST_KEPT:
                # The reader will see the gap, and ask the store.
                self._bodies.clear()
            self._bodies.extend(outgoing.body for outgoing in sealed)
            self._has_come.set()

    async def prepare(self) -> None:
        """From here on nothing is missed."""
        self._is_open = True

    async def fetch(self, timeout_seconds: float) -> Sequence[bytes]:
        """What has come, at most 200, as soon as there is one; empty when nothing came in time."""
        if not self._bodies:
            self._has_come.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout_seconds):
                    await self._has_come.wait()
        return [self._bodies.popleft() for _ in range(min(len(self._bodies), BATCH))]

    async def acknowledge(self) -> None:
        """Nothing comes again."""

    async def close(self) -> None:
        """Keep nothing more."""
        self._is_open = False
        self._bodies.clear()
