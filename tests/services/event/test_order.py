"""Gapless order while many write at once, commit late and roll back: nobody who reads by position misses anything."""

import asyncio
import random
import time
from collections import defaultdict
from contextlib import aclosing
from dataclasses import dataclass, field

from services.event.app import create_app
from services.event.settings import EventSettings
from shared.database.pool import Pool
from shared.events import store
from shared.events.follower import EventFollower
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM, Position, new_id
from shared.messaging.subjects import APPENDED
from shared.observability.request_context import new_context
from shared.territory.territory import Territory
from tests.support.event_store import EventStore, decision, event_store
from tests.support.eventually import eventually
from tests.support.servers import Servers

WRITERS = 64
TRANSACTIONS = 16
# Between an insert and its commit.
LONGEST_DELAY_SECONDS = 0.5
ROLLED_BACK = 0.2
# One second is promised, and kept on a machine that has nothing else to do; who waits longer than this is stuck.
STUCK_SECONDS = 5.0


class RolledBackError(Exception):
    """What a writer changes its mind with."""


@dataclass(slots=True)
class Writers:
    """Writers of one territory, what they committed and when."""

    record: EventStore
    pool: Pool
    seed: int
    committed: dict[str, float] = field(default_factory=dict)
    versions: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    async def write(self, number: int) -> None:
        choices = random.Random(self.seed * 1000 + number)
        streams = [f"decision-{new_id()}" for _ in range(2)]
        for _ in range(TRANSACTIONS):
            try:
                await self._commit_late(choices, streams)
            except RolledBackError:
                continue
            await self.record.bus.publish_hint(APPENDED)

    async def _commit_late(self, choices: random.Random, streams: list[str]) -> None:
        opened = unit_of_work(self.pool, self.record.territory, SYSTEM, person_keys=None, context=new_context())
        appended = []
        async with opened as work:
            for _ in range(choices.randint(1, 3)):
                appended.append(await work.append(choices.choice(streams), "any", decision()))
                await asyncio.sleep(choices.uniform(0, LONGEST_DELAY_SECONDS / 3))
            if choices.random() < ROLLED_BACK:
                raise RolledBackError
        now = time.monotonic()
        for event in appended:
            self.committed[str(event.id)] = now


@dataclass(slots=True)
class Reader:
    """Follows by position, and remembers when it saw what."""

    record: EventStore
    positions: list[int] = field(default_factory=list)
    seen: dict[str, float] = field(default_factory=dict)

    async def read(self) -> None:
        follower = EventFollower(self.record.pool, self.record.bus, durable=None)
        async with aclosing(follower.batches(Position(0))) as batches:
            async for batch in batches:
                for event in batch:
                    self.positions.append(event.position)
                    self.seen[str(event.id)] = time.monotonic()


async def test_64_writers_who_commit_late_and_roll_back_leave_no_gap_and_keep_no_reader_waiting(
    servers: Servers, territory: Territory
) -> None:
    seed = random.randrange(1_000_000)
    async with event_store(servers, territory) as record, servers.running(EventSettings, create_app, territory):
        pool = Pool(record.database_url, max_size=WRITERS, application_name="writers")
        writers, reader = Writers(record, pool, seed), Reader(record)
        reading = asyncio.create_task(reader.read())
        await asyncio.gather(*(writers.write(number) for number in range(WRITERS)))
        await eventually(lambda: reader.seen.keys() >= writers.committed.keys(), within=20)
        reading.cancel()
        await asyncio.wait([reading])
        await pool.close()
        events = await store.read_after(record.pool, Position(0), 10_000)
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    assert {str(event.id) for event in events} == writers.committed.keys()
    assert reader.positions == list(range(1, len(events) + 1))
    versions = defaultdict(list)
    for event in events:
        versions[event.stream].append(event.version)
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
    waited = max(reader.seen[event_id] - at for event_id, at in writers.committed.items())
    assert waited <= STUCK_SECONDS, f"an event was waited for {waited:.2f} s (seed {seed})"
