"""How fast committed events are sealed, and how long one event waits for its position.

    .venv/bin/python -m benchmarks.sealing [EVENTS]

Peer: the rate at which the same server takes the rows themselves, in one plain statement.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from services.event.proofs.queries import inclusion_path
from services.event.sealing.sealer import Sealer
from shared.database.pool import Pool
from shared.database.statements import Statement
from shared.events import store
from tests.support.event_store import EventStore, decision, event_store
from tests.support.servers import started_servers

EVENTS = 100_000
ROUNDS = 200

_FILL = Statement(
    "INSERT INTO events (id, stream, version, type, schema_version, actor, occurred_at, data, metadata)"
    # Ids in order of time, as everywhere, and a thousand who append.
    " SELECT uuidv7(), 'decision-' || uuidv7(), 1, 'event.decision.recorded', 1,"
    " floor(random() * 1000)::text, now(), jsonb_build_object('title', 'A title of usual length', 'outcome',"
    " repeat('yes and no ', 10), 'reference', null), jsonb_build_object('request_id', gen_random_uuid()::text)"
    " FROM generate_series(1, $1::int)",
    ("count",),
    {"count": 1000},
)


async def fill(pool: Pool, count: int) -> float:
    began = time.perf_counter()
    for start in range(0, count, 1000):
        await pool.execute(_FILL, count=min(1000, count - start))
    return time.perf_counter() - began


async def seal_all(sealer: Sealer) -> int:
    """Look again until nothing is left; how many were sealed."""
    sealed = 0
    while found := await sealer.seal():
        sealed += found
    return sealed


async def delays(record: EventStore, sealer: Sealer) -> list[float]:
    """Milliseconds from an append's commit to its position, when nothing else is to do."""
    measured = []
    for _ in range(ROUNDS):
        await record.append(decision())
        began = time.perf_counter()
        await sealer.seal()
        measured.append((time.perf_counter() - began) * 1000)
    return measured


async def idle(sealer: Sealer) -> list[float]:
    measured = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await sealer.seal()
        measured.append((time.perf_counter() - began) * 1000)
    return measured


async def proofs(pool: Pool, size: int) -> list[float]:
    measured = []
    for index in range(0, size, max(size // ROUNDS, 1)):
        began = time.perf_counter()
        await inclusion_path(pool, index, size)
        measured.append((time.perf_counter() - began) * 1000)
    return measured


def show(what: str, milliseconds: Sequence[float]) -> None:
    *_, slowest = statistics.quantiles(milliseconds, n=100)
    print(f"{what:<40} p50 {statistics.median(milliseconds):8.2f} ms   p99 {slowest:8.2f} ms")


@asynccontextmanager
async def a_store() -> AsyncIterator[EventStore]:
    async with started_servers() as servers, event_store(servers, await servers.new_territory()) as record:
        yield record


async def main(count: int) -> None:
    async with a_store() as record, record.sealer.acquire() as connection:
        sealer = Sealer(connection, record.territory.code)
        await sealer.begin()
        written = await fill(record.pool, count)
        print(f"{'rows written, 1,000 a statement':<40} {count / written:10,.0f} events/s")
        began = time.perf_counter()
        sealed = await seal_all(sealer)
        print(f"{'sealed, 1,000 a transaction':<40} {sealed / (time.perf_counter() - began):10,.0f} events/s")
        assert sealed == count == await store.head(record.pool)
        show("one event from commit to position", await delays(record, sealer))
        show("a look when there is nothing to seal", await idle(sealer))
        show("inclusion path", await proofs(record.pool, sealer.size))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS))
