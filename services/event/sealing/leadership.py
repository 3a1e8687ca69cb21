"""One sealer per territory: whoever holds the lock seals, publishes and signs; the others wait for it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

from services.event.proofs.heads import HeadDesk
from services.event.publishing.publisher import Publisher
from services.event.sealing import repository
from services.event.sealing.feed import Feed
from services.event.sealing.sealer import BATCH, Sealer
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.events.written import WrittenEvents
from shared.messaging.bus import MessageBus, Outgoing
from shared.messaging.subjects import APPENDED, SEALED
from shared.observability.logging import get_logger
from shared.observability.metrics import SEALED_POSITION
from shared.resilience.endings import end_tasks
from shared.resilience.retries import run_forever
from shared.territory.territory import Territory

log = get_logger()

# The net under the hints, which may be lost.
POLL_SECONDS = 0.25
# After a batch that is not full: a lone event waits for nothing, and of many that come one by one a batch is made that
# is worth its transaction (measured at 10,000 events a second: sealing costs writers a tenth, at 0.02 s a sixth).
REST_SECONDS = 0.05
CANDIDATE_SECONDS = 1.0
# A leader is seen with each batch, and so often when there is none. One that is stopped keeps its lock, but not for
# longer than this.
BEAT_SECONDS = 1.0
SILENT_SECONDS = 5.0
SIGN_SECONDS = 1.0


@dataclass(slots=True)
class SealingDesk:
    """All that sealing one territory needs. `is_led` once a leader, this one or another, has opened the store.

    `beside` is what else only a leader does; each has a `__name__`, and is begun again when it fails. What is sealed
    is handed on to each of `feeds`; what was just `written` in this process need not be read.
    """

    territory: Territory
    pool: Pool
    sealer_pool: Pool
    bus: MessageBus
    heads: HeadDesk
    feeds: Sequence[Feed] = ()
    beside: Sequence[Callable[[], Awaitable[None]]] = ()
    written: WrittenEvents = field(default_factory=WrittenEvents)
    is_led: bool = False
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _is_listening: bool = False

    async def run(self) -> None:
        """Lead while the lock can be had; for ever.

        Raises:
            ServiceError: unavailable; Deposed: by a successor. The caller runs it again.
        """
        if not self._is_listening:
            self._is_listening = True
            await self.bus.on_hint(APPENDED, self._wake)
        leader = Silence()
        while True:
            async with self.sealer_pool.acquire() as connection:
                if await repository.try_lead(connection):
                    try:
                        await self._lead(connection)
                    finally:
                        # The session goes back to the pool and lives on: whoever leads next must get the lock.
                        await repository.stop_leading(connection)
                elif leader.lasts(await repository.sign_of_life(connection)):
                    log.warning("sealer.leader_silent", territory=self.territory.code)
                    await repository.end_leader(connection)
            self.is_led = True
            await asyncio.sleep(CANDIDATE_SECONDS)

    async def _lead(self, connection: Connection) -> None:
        publisher = Publisher(self.territory, self.pool, self.bus)
        takers = (publisher.take, *(feed.take for feed in self.feeds))

        def hand_on(sealed: Sequence[Outgoing]) -> None:
            for take in takers:
                take(sealed)

        sealer = Sealer(connection, self.territory.code, hand_on, self.written)
        await sealer.begin()
        self.is_led = self.written.is_wanted = True
        log.info("sealer.elected", territory=self.territory.code, position=sealer.size)
        try:
            async with asyncio.TaskGroup() as group:
                # Publishing and signing fail and begin again by themselves: sealing does not wait for them.
                beside = [
                    group.create_task(run_forever(work, partial(_report, work.__name__, self.territory.code)))
                    for work in (publisher.run, self._sign_heads, *self.beside)
                ]
                try:
                    await self._seal_forever(sealer)
                finally:
                    await end_tasks(beside)
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        finally:
            self.written.is_wanted = False

    async def _wake(self) -> None:
        self._woken.set()

    async def _seal_forever(self, sealer: Sealer) -> None:
        seen_at = monotonic()
        while True:
            if monotonic() - seen_at > BEAT_SECONDS:
                await sealer.hold()
                seen_at = monotonic()
            self._woken.clear()
            if sealed := await sealer.seal():
                await self.bus.publish_hint(SEALED)
                await asyncio.sleep(REST_SECONDS if sealed < BATCH else 0)
            SEALED_POSITION.labels(self.territory.code).set(sealer.size)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._woken.wait()

    async def _sign_heads(self) -> None:
        await self.heads.record_key()
        while True:
            await self.heads.current()
            await asyncio.sleep(SIGN_SECONDS)


class Silence:
    """How long a leader has given no sign, by the clock of who waits: clocks that jump depose nobody."""

    def __init__(self) -> None:
        self._last: object = None
        self._since = monotonic()

    def lasts(self, sign: object) -> bool:
        """Whether the sign has been the same for too long."""
        if sign != self._last:
            self._last, self._since = sign, monotonic()
        return monotonic() - self._since > SILENT_SECONDS


def _report(work: str, territory: str, error: Exception) -> None:
    log.warning("leader.work_failed", work=work, territory=territory, error=repr(error))
