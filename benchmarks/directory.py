"""The public directory, twenty communities, beside a FastAPI route with SQLAlchemy's ORM and a `response_model`.

    .venv/bin/python -m benchmarks.directory [--seconds 3] [--rounds 3]

Twice: when all ask for the same page at once, which the gateway reads once for all of them, and when each asks for a
page of its own. 32 connections, twelve headers as a browser sends them, rounds interleaved, medians compared. The
service has core 0; wrk, PostgreSQL, Valkey and NATS have core 1. The gateway's policies, log and metrics are on. Needs
root and wrk.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvloop

from benchmarks.rig.gateway import Pod, gateway, pod
from benchmarks.rig.load import BROWSER, Measured, load
from benchmarks.rig.programs import CORE_OF_THE_REST, CORE_UNDER_TEST, Program, pin_tree, running
from benchmarks.rig.verdicts import Goal, judge, median_of
from services.gateway.settings import GatewaySettings
from shared.database.keyset import encode_place
from tests.support.pod import free_port

CONNECTIONS = 32
COMMUNITIES = 2000
PAGES = 1000
WARM_UP_SECONDS = 1
PATH = "/api/communities"

SEED = """
INSERT INTO {schema}.communities
SELECT uuidv7(), 'community-' || n, 'A community of usual name ' || n, repeat('What it is about. ', 5), 'public',
 'open', 'community', NULL, uuidv7(), n % 300, timestamptz '2026-01-01' + n * interval '1 hour', 1
FROM generate_series(1, {communities}) n
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What is asked of whom."""

    name: str
    port: int
    process: psutil.Process
    paths: Path | None


async def seed(pod: Pod, pages: Path) -> None:
    """Communities, and the file of pages that begin at different ones of them."""
    connection = await pod.servers.postgres.connect_to(pod.territory.database)
    await connection.execute(SEED.format(schema=pod.territory.schema, communities=COMMUNITIES))
    await connection.execute(f"ANALYZE {pod.territory.schema}.communities")
    places = await connection.fetch(
        f"SELECT created_at, id FROM {pod.territory.schema}.communities ORDER BY 1 DESC, 2 DESC LIMIT {PAGES}"  # noqa: S608 (our own names)
    )
    await connection.close()
    lines = "".join(f"{PATH}?cursor={encode_place(*place)}\n" for place in places)
    await asyncio.to_thread(pages.write_text, lines)


def usual(pod: Pod, port: int) -> Program:
    """The peer."""
    url = pod.servers.settings(GatewaySettings, pod.territory).database_url_for(pod.territory.slug)
    argv = (
        sys.executable, "-m", "uvicorn", "benchmarks.peers.orm_directory:app", f"--port={port}", "--no-access-log",
        "--loop=uvloop", "--http=httptools", "--log-level=warning",
    )  # fmt: skip
    environment = {"DATABASE_URL": url.replace("postgresql://", "postgresql+asyncpg://")}
    return Program("usual", argv, CORE_UNDER_TEST, f"http://127.0.0.1:{port}{PATH}", environment)


async def ask(row: Row, seconds: int) -> Measured:
    url = f"http://127.0.0.1:{row.port}{PATH}"
    return await load(url, BROWSER, row.process, connections=CONNECTIONS, seconds=seconds, paths=row.paths)


async def measure(rows: list[Row], rounds: int, seconds: int) -> dict[str, list[Measured]]:
    found: dict[str, list[Measured]] = {row.name: [] for row in rows}
    for row in rows:
        await ask(row, WARM_UP_SECONDS)
    for _ in range(rounds):
        for row in rows:
            found[row.name].append(await ask(row, seconds))
    return found


def show(found: dict[str, list[Measured]]) -> None:
    """The table, and the two ratios that count."""
    print(f"{'':24}{'req/s':>10}{'±':>7}{'p50 ms':>9}{'p99 ms':>9}{'CPU µs':>8}")
    for name, measured in found.items():
        rates = [one.rate for one in measured]
        rate, p50, p99, cpu = (median_of(measured, figure) for figure in ("rate", "p50_ms", "p99_ms", "cpu_us"))
        print(f"{name:24}{rate:>10,.0f}{(max(rates) - min(rates)) / rate:>7.0%}{p50:>9.2f}{p99:>9.2f}{cpu:>8.1f}")
    print()
    rates = {name: median_of(measured, "rate") for name, measured in found.items()}
    judge(Goal("each a page of its own, of the usual way", 9), rates["gateway, own pages"] / rates["usual, own pages"])
    judge(Goal("all the same page, of the usual way", 15), rates["gateway, same page"] / rates["usual, same page"])


async def main(rounds: int, seconds: int) -> None:
    os.sched_setaffinity(0, {CORE_OF_THE_REST})
    with tempfile.TemporaryDirectory(prefix="directory-bench-", dir="/tmp") as name:
        folder, pages = Path(name), Path(name) / "pages"
        async with pod() as running_pod, AsyncExitStack() as stack:
            await seed(running_pod, pages)
            ours, theirs = free_port(), free_port()
            # Whatever is behind the gateway: nothing is asked of it.
            door = gateway("gateway", running_pod, ours, "127.0.0.1:1", folder=folder, ready=PATH)
            door_process = await stack.enter_async_context(running(door, folder))
            peer_process = await stack.enter_async_context(running(usual(running_pod, theirs), folder))
            pin_tree(psutil.Process(running_pod.servers.processes[0].pid), CORE_OF_THE_REST)
            rows = [
                Row("gateway, same page", ours, door_process, None),
                Row("usual, same page", theirs, peer_process, None),
                Row("gateway, own pages", ours, door_process, pages),
                Row("usual, own pages", theirs, peer_process, pages),
            ]
            show(await measure(rows, rounds, seconds))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=int, default=3)
    arguments.add_argument("--rounds", type=int, default=3)
    given = arguments.parse_args()
    uvloop.run(main(given.rounds, given.seconds))
