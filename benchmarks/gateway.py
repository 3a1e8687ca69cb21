"""The gateway with every policy on, beside proxies that have none and the same gateway made in the usual ways.

    .venv/bin/python -m benchmarks.gateway --peers DIR [--quick] [--seconds 3] [--rounds 3]
        [--tables service,one,fast,unix,fast-unix] [--rows direct,nginx,traefik,bare,full,aiohttp,httpx]

Answers of 4 KB, twelve headers as a browser sends them, 64 connections (one in the table `one`), rounds interleaved,
medians compared. The proxy has core 0; wrk, the upstream, PostgreSQL, Valkey and NATS have core 1, so rates near that
of `direct` are limited by core 1: CPU is of the proxy alone. Needs root, wrk, nginx and the peers (see README.md).
"""

import argparse
import os
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

from benchmarks.rig.gateway import pod, read_shares
from benchmarks.rig.hops import TABLES, Table, Target, open_target
from benchmarks.rig.load import Measured, load
from benchmarks.rig.programs import CORE_OF_THE_REST
from benchmarks.rig.stand import open_stand
from benchmarks.rig.verdicts import Findings, print_table, print_verdicts

WARM_UP_SECONDS = 1
QUICK_SECONDS = 2
QUICK_TABLES = "service,fast"
QUICK_ROWS = "direct,nginx,traefik,full"


async def measure(table: Table, targets: dict[str, Target], rounds: int, seconds: int) -> dict[str, list[Measured]]:
    """Each once, and again; a second of warm-up before the first round."""
    found: dict[str, list[Measured]] = {name: [] for name in targets}
    for target in targets.values():
        await _ask(table, target, WARM_UP_SECONDS)
    for _ in range(rounds):
        for name, target in targets.items():
            found[name].append(await _ask(table, target, seconds))
    return found


async def _ask(table: Table, target: Target, seconds: int) -> Measured:
    return await load(target.url, target.headers, target.process, connections=table.connections, seconds=seconds)


async def main(tables: Sequence[str], rows: Sequence[str] | None, rounds: int, seconds: int, peers: Path) -> None:
    findings: Findings = {}
    os.sched_setaffinity(0, {CORE_OF_THE_REST})
    with tempfile.TemporaryDirectory(prefix="gateway-bench-", dir="/tmp") as name:
        async with pod() as running_pod, open_stand(running_pod, Path(name), peers) as stand:
            for table in (TABLES[one] for one in tables):
                chosen = [row for row in table.rows if rows is None or row in rows]
                async with AsyncExitStack() as stack:
                    targets = {row: await stack.enter_async_context(open_target(stand, table, row)) for row in chosen}
                    findings[table.name] = await measure(table, targets, rounds, seconds)
                    print_table(table, findings[table.name])
                    for row, target in targets.items():
                        if target.inner is not None:
                            print(f"{row}: {await read_shares(target.inner)}", flush=True)
    print_verdicts(findings)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=int, default=3)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--tables", help=f"of {','.join(TABLES)}; all unless said")
    arguments.add_argument("--rows", help="such as direct,nginx,full; all unless said")
    arguments.add_argument("--quick", action="store_true", help=f"one round of {QUICK_SECONDS} s, a few rows")
    arguments.add_argument("--peers", type=Path, required=True, help="the environment of the peers")
    given = arguments.parse_args()
    wanted = given.tables or (QUICK_TABLES if given.quick else ",".join(TABLES))
    chosen_rows = given.rows or (QUICK_ROWS if given.quick else None)
    rounds, seconds = (1, QUICK_SECONDS) if given.quick else (given.rounds, given.seconds)
    uvloop.run(main(wanted.split(","), chosen_rows and chosen_rows.split(","), rounds, seconds, given.peers))
