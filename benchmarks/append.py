"""Durable appends a second: the group writer beside the best that pgbench gets out of the same table and server.

    .venv/bin/python -m benchmarks.append [--seconds 5] [--rounds 3] [--eventsourcing PYTHON]

PostgreSQL has core 1, whoever writes has core 0; each event is a stream of its own; runs are interleaved and medians
are compared. Peers: pgbench's single insert (prepared, 16 and 64 clients), one transaction an event in this library,
and, with an interpreter that has it, the PostgreSQL recorder of the package `eventsourcing` with 16 and 64 threads.
"""

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

import psutil
import uvloop

from ops.servers.postgres_binaries import postgres_programs
from shared.clock import utc_now
from shared.events.canonical import canonical_bytes
from shared.events.catalogue.event import DecisionRecorded
from shared.events.group_append import LANES, Entry, GroupAppender
from shared.identifiers import SYSTEM, new_id
from shared.messaging.subjects import APPENDED
from tests.support.event_store import EventStore, decision, event_store
from tests.support.servers import Servers, started_servers

WRITERS = 64
DATABASE_CORE = 1
CLIENT_CORE = 0
DATA = {"title": "A title of usual length", "outcome": "yes and no " * 10, "reference": None}
METADATA = {"request_id": "01a208b3-6a75-755f-9d62-6d48c5c7bd62"}

SINGLE_INSERT = """
INSERT INTO {schema}.events (id, stream, version, type, schema_version, actor, occurred_at, data, metadata)
VALUES (uuidv7(), 'decision-' || uuidv7(), 1, 'event.decision.recorded', 1, 'system', now(),
 '{{"title": "A title of usual length", "outcome": "{outcome}", "reference": null}}',
 '{{"request_id": "01a208b3-6a75-755f-9d62-6d48c5c7bd62"}}');
"""


async def pgbench(servers: Servers, record: EventStore, clients: int, seconds: float) -> float:
    """Transactions a second of the same insert, one a transaction."""
    programs = postgres_programs(servers.postgres.credentials)
    script = servers.folder / "insert.sql"
    await asyncio.to_thread(
        script.write_text, SINGLE_INSERT.format(schema=record.territory.schema, outcome="yes and no " * 10)
    )
    process = await asyncio.create_subprocess_exec(
        "taskset", "-c", str(CLIENT_CORE), str(programs / "pgbench"), "-n", "-M", "prepared", f"-c{clients}", "-j2",
        f"-T{int(seconds)}", "-f", str(script), f"--host={servers.postgres.socket_folder}", "--username=unityplan",
        record.territory.database,
        env={**os.environ, "PGPASSWORD": servers.postgres.password},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    (line,) = (line for line in out.decode().splitlines() if line.startswith("tps")) if out else (err.decode(),)
    return float(line.split()[2])


async def write_for(seconds: float, write: Callable[[], Awaitable[object]], writers: int = WRITERS) -> float:
    """Events a second when so many writers each append one after the other."""
    count = 0
    began = time.perf_counter()

    async def writer() -> None:
        nonlocal count
        while time.perf_counter() - began < seconds:
            await write()
            count += 1

    await asyncio.gather(*(writer() for _ in range(writers)))
    return count / (time.perf_counter() - began)


async def grouped(record: EventStore, seconds: float) -> float:
    appender = GroupAppender(record.pool, partial(record.bus.hint_soon, APPENDED))
    lanes = [asyncio.create_task(appender.run()) for _ in range(LANES)]

    async def write() -> None:
        entry = Entry(
            new_id(), DecisionRecorded.type, 1, SYSTEM, utc_now(), canonical_bytes(DATA), canonical_bytes(METADATA)
        )
        await appender.append(f"decision-{new_id()}", "none", [entry])

    try:
        return await write_for(seconds, write)
    finally:
        for lane in lanes:
            lane.cancel()
        await asyncio.wait(lanes)


async def one_by_one(record: EventStore, seconds: float) -> float:
    async def write() -> None:
        async with record.work() as work:
            await work.append(f"decision-{new_id()}", "none", decision())

    return await write_for(seconds, write)


async def recorder(servers: Servers, record: EventStore, python: str, threads: int, seconds: float) -> float:
    process = await asyncio.create_subprocess_exec(
        "taskset", "-c", str(CLIENT_CORE), python, "-m", "benchmarks.eventsourcing_recorder",
        str(servers.postgres.socket_folder), record.territory.database, "unityplan", str(seconds), str(threads),
        env={**os.environ, "PGPASSWORD": servers.postgres.password}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    return float(out)


def pin(servers: Servers) -> None:
    postmaster = psutil.Process(servers.processes[0].pid)
    for process in (postmaster, *postmaster.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            # One of the children may have ended by now.
            process.cpu_affinity([DATABASE_CORE])
    psutil.Process().cpu_affinity([CLIENT_CORE])


def show(name: str, rates: Sequence[float], best: float) -> None:
    rate = statistics.median(rates)
    spread = (max(rates) - min(rates)) / rate
    print(f"{name:<44}{rate:>10,.0f} events/s  ± {spread:>4.0%}   {rate / best:>5.2f} × pgbench's best")


async def main(seconds: float, rounds: int, python: str | None) -> None:
    async with started_servers() as servers, event_store(servers, await servers.new_territory()) as record:
        pin(servers)
        runs: dict[str, Callable[[], Awaitable[float]]] = {
            "pgbench, 16 clients": lambda: pgbench(servers, record, 16, seconds),
            "pgbench, 64 clients": lambda: pgbench(servers, record, 64, seconds),
            "one transaction an event, 64 writers": lambda: one_by_one(record, seconds),
            "group append, 64 writers": lambda: grouped(record, seconds),
        }
        if python is not None:
            runs["eventsourcing, 16 threads"] = lambda: recorder(servers, record, python, 16, seconds)
            runs["eventsourcing, 64 threads"] = lambda: recorder(servers, record, python, 64, seconds)
        rates: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                rates[name].append(await run())
        best = max(statistics.median(found) for name, found in rates.items() if name.startswith("pgbench"))
        for name, found in rates.items():
            show(name, found, best)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=float, default=5)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--eventsourcing", metavar="PYTHON")
    given = arguments.parse_args()
    uvloop.run(main(given.seconds, given.rounds, given.eventsourcing))
