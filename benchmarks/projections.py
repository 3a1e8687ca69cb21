"""How fast a projection is built anew, and what readers notice of it, through the real HTTP app.

    .venv/bin/python -m benchmarks.projections [EVENTS]

Peer: one plain INSERT … SELECT of the same rows by the same server, and the same reads while nothing is built.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
import httpx

from services.event.sealing.sealer import Sealer
from shared.territory.territory import Territory
from tests.services.event.record import Caller, Record, record
from tests.support.event_store import event_store
from tests.support.eventually import eventually
from tests.support.projected import fill, owner_of, rows_hash
from tests.support.servers import Servers, started_servers

EVENTS = 1_000_000
READERS = 4
QUIET_SECONDS = 5
LONGEST_SECONDS = 3600

_PLAIN = (
    "INSERT INTO decisions SELECT -1, substr(stream, 10)::uuid, data->>'title', data->>'outcome', data->>'reference',"
    " actor, occurred_at, id, position FROM events JOIN seals USING (seq) WHERE type = 'event.decision.recorded'"
)


@dataclass(slots=True)
class Reads:
    """What readers got: milliseconds, and everything that was not a whole list."""

    milliseconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def show(self, what: str) -> None:
        *_, slowest = statistics.quantiles(self.milliseconds, n=100)
        median = statistics.median(self.milliseconds)
        print(
            f"{what:<44} {len(self.milliseconds):8,} reads   p50 {median:7.2f} ms   p99 {slowest:7.2f} ms   "
            f"{len(self.faults)} faults",
            flush=True,
        )


async def read_on(client: httpx.AsyncClient, count: int, last: str, stop: asyncio.Event, reads: Reads) -> None:
    """The first page and the oldest decision: both are there only when the build is whole."""
    while not stop.is_set():
        for path in ("/decisions?limit=1", f"/decisions/{last}"):
            began = time.perf_counter()
            answer = await client.get(path)
            reads.milliseconds.append((time.perf_counter() - began) * 1000)
            if answer.status_code != httpx.codes.OK or int(answer.headers["x-position"]) < count:
                reads.faults.append(answer.text)


@asynccontextmanager
async def reading(client: httpx.AsyncClient, count: int, last: str) -> AsyncIterator[Reads]:
    stop, reads = asyncio.Event(), Reads()
    tasks = [asyncio.create_task(read_on(client, count, last, stop, reads)) for _ in range(READERS)]
    try:
        yield reads
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def served(owner: asyncpg.Connection, build: int) -> float:
    """Seconds until a build serves."""
    began = time.perf_counter()

    async def is_served() -> bool:
        serving = await owner.fetchval("SELECT max(build) FROM projections WHERE state = 'serving'")
        return bool(serving == build)

    await eventually(is_served, within=LONGEST_SECONDS)
    return time.perf_counter() - began


async def rebuild(home: Record, operator: Caller) -> int:
    headers = {"Authorization": f"Bearer {operator.access_token}"}
    answer = await home.events.post("/events/projections/decisions/rebuild", headers=headers)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    return int(answer.json()["build"])


async def seconds_of(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def measure(home: Record, owner: asyncpg.Connection, count: int) -> None:
    fresh = await served(owner, 1)
    operator = await home.caller("admin")
    print(f"{'built for the first time':<44} {count / fresh:10,.0f} events/s   {fresh:6.1f} s", flush=True)
    plain = await seconds_of(lambda: owner.execute(_PLAIN))
    print(f"{'the same rows by one plain statement':<44} {count / plain:10,.0f} rows/s", flush=True)
    await owner.execute("DELETE FROM decisions WHERE build = -1")
    await owner.execute("VACUUM ANALYZE decisions")
    last = str(await owner.fetchval("SELECT id FROM decisions WHERE build = 1 ORDER BY position LIMIT 1"))
    before = await rows_hash(owner, 1)
    build = await rebuild(home, operator)
    alone = await served(owner, build)
    print(f"{'built anew, nobody reads':<44} {count / alone:10,.0f} events/s   {alone:6.1f} s", flush=True)
    await _cleared(owner, build)
    assert await rows_hash(owner, build) == before
    async with reading(home.events, count, last) as quiet:
        await asyncio.sleep(QUIET_SECONDS)
    quiet.show("reads while nothing is built")
    async with reading(home.events, count, last) as busy:
        build = await rebuild(home, operator)
        beside = await served(owner, build)
        await _cleared(owner, build)
    print(
        f"{f'built anew beside {READERS} readers':<44} {count / beside:10,.0f} events/s   {beside:6.1f} s", flush=True
    )
    busy.show("reads while it is built, switched, removed")
    assert not busy.faults, busy.faults[0]
    assert await rows_hash(owner, build) == before
    print("rows of all three builds are equal", flush=True)


async def _cleared(owner: asyncpg.Connection, build: int) -> None:
    async def is_cleared() -> bool:
        return not await owner.fetchval("SELECT EXISTS (SELECT FROM decisions WHERE build <> $1)", build)

    await eventually(is_cleared, within=LONGEST_SECONDS)


async def seal(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store, store.sealer.acquire() as connection:
        sealer = Sealer(connection, territory.code)
        await sealer.begin()
        await sealer.seal()


async def main(arguments: Sequence[str]) -> None:
    count = int(arguments[0]) if arguments else EVENTS
    async with started_servers() as servers:
        territory = await servers.new_territory()
        async with owner_of(servers, territory) as owner:
            await fill(owner, count)
            await owner.execute("ANALYZE")
            await seal(servers, territory)
            async with record(servers, territory) as home:
                await measure(home, owner, count)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
