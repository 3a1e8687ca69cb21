"""Who waits for events to be sealed, and what wakes them: one look at the store for all of a territory's waiters."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

from services.event.streams.queries import list_envelopes
from services.event.streams.selection import Selection
from shared.database.pool import Pool
from shared.errors import Kind, ServiceError
from shared.events import store
from shared.service.drain import Drain

# The net under the hints, which may be lost.
POLL_SECONDS = 1.0
# More than these are not looked at one by one: whoever waits looks for itself.
LOOK = 500
MOST_PER_ACCOUNT = 20
RETRY_AFTER_SECONDS = 5


@dataclass(eq=False, slots=True)
class Waiter:
    """One request that waits. `is_over` once nobody is there to be answered, or this instance ends."""

    wanted: Selection
    is_over: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def clear(self) -> None:
        """Before the store is read: what is sealed from now on wakes it."""
        if not self.is_over:
            self._news.clear()

    def wake(self) -> None:
        """There may be something to read."""
        self._news.set()

    def end(self) -> None:
        """Wait no more."""
        self.is_over = True
        self._news.set()

    async def wait(self, seconds: float) -> bool:
        """Whether there is something to read, or an end, within so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        return self._news.is_set()

    async def wait_for_end(self, seconds: float) -> None:
        """Until the client is known to be gone, for so many seconds at most."""
        until = monotonic() + seconds
        while not self.is_over and monotonic() < until:
            self.clear()
            await self.wait(until - monotonic())


class Lookout:
    """The `waiters` of one territory. The store is asked only while there are any."""

    def __init__(self, pool: Pool, drain: Drain) -> None:
        self._pool = pool
        self._drain = drain
        self.waiters: set[Waiter] = set()
        self._by_account: Counter[UUID] = Counter()
        self._is_waited = asyncio.Event()
        self._hinted = asyncio.Event()

    async def hint(self) -> None:
        """Events were sealed."""
        self._hinted.set()

    @contextmanager
    def waiting(self, account_id: UUID, wanted: Selection) -> Iterator[Waiter]:
        """A place to wait, for the length of the block.

        Raises:
            ServiceError: too_many `too-many-waiting`, the account has twenty already.
        """
        if self._by_account[account_id] >= MOST_PER_ACCOUNT:
            detail = f"An account may wait {MOST_PER_ACCOUNT} times at once."
            raise ServiceError(Kind.TOO_MANY, "too-many-waiting", detail, retry_after_seconds=RETRY_AFTER_SECONDS)
        waiter = Waiter(wanted)
        self._enter(account_id, waiter)
        try:
            yield waiter
        finally:
            self._leave(account_id, waiter)

    async def run(self) -> None:
        """Look whenever a hint comes, and every second without one; for ever.

        Raises:
            ServiceError: unavailable; the caller runs it again.
        """
        while True:
            await self._is_waited.wait()
            position = await store.head(self._pool)
            # Between their own look and this one something may have been sealed.
            for waiter in self.waiters:
                waiter.wake()
            while self.waiters:
                self._hinted.clear()
                envelopes = await list_envelopes(self._pool, position, LOOK)
                is_full = len(envelopes) == LOOK
                if envelopes:
                    # Before they are woken: what is sealed after their look is above it.
                    position = await store.head(self._pool) if is_full else envelopes[-1]["position"]
                for waiter in self.waiters:
                    if is_full or any(map(waiter.wanted.covers, envelopes)):
                        waiter.wake()
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._hinted.wait()

    async def end_on_drain(self) -> None:
        """From the drain on nobody waits."""
        await self._drain.begun.wait()
        for waiter in self.waiters:
            waiter.end()
        # A worker runs for ever; those who come now do not wait.
        await asyncio.Event().wait()

    def _enter(self, account_id: UUID, waiter: Waiter) -> None:
        self._by_account[account_id] += 1
        self.waiters.add(waiter)
        self._is_waited.set()
        if self._drain.is_draining:
            waiter.end()

    def _leave(self, account_id: UUID, waiter: Waiter) -> None:
        self.waiters.discard(waiter)
        self._by_account[account_id] -= 1
        if not self._by_account[account_id]:
            del self._by_account[account_id]
        if not self.waiters:
            self._is_waited.clear()
            # So that the loop sees that nobody waits, and begins anew for the next one.
            self._hinted.set()
