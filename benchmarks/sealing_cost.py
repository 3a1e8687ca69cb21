"""What sealing costs those who write: the same single inserts with and without a sealer beside them.

    .venv/bin/python -m benchmarks.sealing_cost [--seconds 8] [--rounds 3]

PostgreSQL has core 1; pgbench shares core 0 with a sealer alone, then with a whole event service, which also publishes
and fills a projection with each event. Behind is what has no position when writing ends.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

import psutil
import uvloop
from sqlalchemy import func, select

from benchmarks.append import CLIENT_CORE, pgbench, pin
from services.event.sealing.leadership import REST_SECONDS
from services.event.sealing.sealer import BATCH, Sealer
from shared.database.statements import compiled
from shared.events import store
from shared.events.tables import events
from tests.support.event_process import EventProcess
from tests.support.event_store import EventStore, event_store
from tests.support.eventually import eventually
from tests.support.servers import Servers, started_servers

CLIENTS = 16
CATCHING_UP_SECONDS = 600

_COUNT = compiled(select(func.count()).select_from(events))

Beside = Callable[[Servers, EventStore], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def nobody(_: Servers, __: EventStore) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def a_sealer(_: Servers, record: EventStore) -> AsyncIterator[None]:
    is_over = asyncio.Event()

    async def seal() -> None:
        async with record.sealer.acquire() as connection:
            sealer = Sealer(connection, record.territory.code)
            await sealer.begin()
            while not is_over.is_set():
                if await sealer.seal() < BATCH:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(is_over.wait(), REST_SECONDS)

    sealing = asyncio.create_task(seal())
    await _caught_up(record)
    yield
    is_over.set()
    await sealing


@asynccontextmanager
async def an_event_service(servers: Servers, record: EventStore) -> AsyncIterator[None]:
    service = EventProcess(servers, record.territory, Path(tempfile.mkdtemp()), {})
    await service.start()
    assert service.process is not None
    psutil.Process(service.process.pid).cpu_affinity([CLIENT_CORE])
    await _caught_up(record)
    yield
    await service.stop()


BESIDE: dict[str, Beside] = {
    "nobody": nobody,
    "a sealer": a_sealer,
    "a whole event service": an_event_service,
}


async def _behind(record: EventStore) -> int:
    return int(await record.pool.fetch_value(_COUNT)) - await store.head(record.pool)


async def _caught_up(record: EventStore) -> None:
    async def is_caught_up() -> bool:
        return await _behind(record) == 0

    await eventually(is_caught_up, within=CATCHING_UP_SECONDS)


async def main(seconds: float, rounds: int) -> None:
    async with started_servers() as servers, event_store(servers, await servers.new_territory()) as record:
        pin(servers)
        rates: dict[str, list[float]] = {name: [] for name in BESIDE}
        behind = dict.fromkeys(BESIDE, 0)
        for _ in range(rounds):
            for name, beside in BESIDE.items():
                async with beside(servers, record):
                    rates[name].append(await pgbench(servers, record, CLIENTS, seconds))
                    behind[name] = max(behind[name], await _behind(record))
        alone = statistics.median(rates["nobody"])
        for name, measured in rates.items():
            rate = statistics.median(measured)
            print(f"beside {name:<24}{rate:>10,.0f} events/s   {1 - rate / alone:6.1%} fewer   {behind[name]:,} behind")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=float, default=8)
    arguments.add_argument("--rounds", type=int, default=3)
    given = arguments.parse_args()
    uvloop.run(main(given.seconds, given.rounds))
