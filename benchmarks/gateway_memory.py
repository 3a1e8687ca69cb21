"""What the gateway keeps in memory: under load for minutes, for idle connections, for bodies of a gigabyte.

    .venv/bin/python -m benchmarks.gateway_memory [--minutes 10] [--connections 10000] [--parts load,idle,bodies]

The gateway has core 0, everything else core 1; every policy is on. Memory is what the kernel counts as resident. Bodies
go through a table of routes of this benchmark's own, since no route of the API takes a gigabyte. Needs root and wrk.
"""

import argparse
import asyncio
import os
import resource
import tempfile
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import uvloop

from benchmarks.rig.bulk import GIBIBYTE, download, upload
from benchmarks.rig.gateway import PATH, Pod, gateway, pod
from benchmarks.rig.load import load
from benchmarks.rig.patrons import arrive, ask_all, request_of
from benchmarks.rig.programs import CORE_OF_THE_REST, resident_bytes, running
from benchmarks.rig.roomy_gateway import PATH as BULK
from benchmarks.rig.upstreams import Upstream, service
from tests.support.pod import free_port

MEBIBYTE = 1 << 20
SAMPLES = 20
WATCHED_SECONDS = 0.05
IDLE_SECONDS = 15
# Descriptors of the gateway beside its clients' and services' connections.
SPARE_DESCRIPTORS = 500


@dataclass(frozen=True, slots=True)
class Door:
    """A gateway, and how to ask it."""

    pod: Pod
    port: int
    process: psutil.Process

    @property
    def mebibytes(self) -> float:
        """Resident now."""
        return resident_bytes(self.process) / MEBIBYTE


@asynccontextmanager
async def opened(pod: Pod, upstream: Upstream, folder: Path, module: str | None = None) -> AsyncIterator[Door]:
    """The gateway, or the one of a module of this benchmark's."""
    port = free_port()
    program = gateway("gateway", pod, port, upstream.tcp, folder=folder)
    if module is not None:
        argv = (*program.argv[:-3], "-m", module)
        program = replace(program, name="roomy", argv=argv, ready_url=f"http://127.0.0.1:{port}/health/live")
    async with running(program, folder) as process:
        yield Door(pod, port, process)


async def under_load(door: Door, minutes: float) -> None:
    """Memory at the end of each twentieth of the time; the first is taken as warm-up."""
    print(f"\n64 connections for {minutes:g} minutes; MiB: {door.mebibytes:.1f} at rest", flush=True)
    seconds = max(1, round(minutes * 60 / SAMPLES))
    url, requests, seen = f"http://127.0.0.1:{door.port}{PATH}", 0.0, []
    for _ in range(SAMPLES):
        measured = await load(url, door.pod.signed_in, door.process, connections=64, seconds=seconds)
        requests += measured.rate * seconds
        seen.append(door.mebibytes)
        print(f"{seen[-1]:.1f}", end=" ", flush=True)
    growth = seen[-1] - seen[0]
    print(f"\n{growth:+.1f} MiB in {requests:,.0f} requests, {growth * MEBIBYTE / requests:.3f} bytes a request")


async def idle(door: Door, count: int) -> None:
    """So many connections that have asked once, are kept, and then ask again."""
    request = request_of(PATH, door.pod.signed_in)
    for patron in await arrive(door.port, request, 100):
        patron.leave()
    before = door.mebibytes
    patrons = await arrive(door.port, request, count)
    await asyncio.sleep(IDLE_SECONDS)
    held, kib = sum(patron.is_open for patron in patrons), (door.mebibytes - before) * 1024 / count
    answered = await ask_all(patrons)
    print(f"\n{count:,} idle connections: {held:,} held for {IDLE_SECONDS} s, {kib:.1f} KiB each; ", end="")
    print(f"{answered:,} of them answered again")
    for patron in patrons:
        patron.leave()


async def bodies(door: Door) -> None:
    """A gigabyte each way, once with a reader that takes it and memory watched all the while."""
    headers, path = door.pod.signed_in, f"/api{BULK}"
    rest = door.mebibytes
    print(f"\nBodies of a gigabyte; MiB: {rest:.1f} at rest", flush=True)
    status, most = await _watched(door, upload(door.port, path, headers, GIBIBYTE))
    print(f"to the service: answered {status}, {most - rest:+.1f} MiB at most", flush=True)
    received, most = await _watched(door, download(door.port, path, headers))
    print(f"to the client: {received / GIBIBYTE:.2f} GiB, {most - rest:+.1f} MiB at most", flush=True)


async def _watched(door: Door, transfer: Awaitable[int]) -> tuple[int, float]:
    """What came of it, and the most memory seen meanwhile."""
    most = door.mebibytes
    moving = asyncio.ensure_future(transfer)
    while not moving.done():
        most = max(most, door.mebibytes)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(moving), WATCHED_SECONDS)
    return moving.result(), most


def allow_descriptors(connections: int) -> None:
    """As many as the gateway needs, which inherits the limit."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + SPARE_DESCRIPTORS
    if wanted > most:
        raise SystemExit(f"{wanted} descriptors are needed: ulimit -Hn says {most}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def main(parts: list[str], minutes: float, connections: int) -> None:
    os.sched_setaffinity(0, {CORE_OF_THE_REST})
    with tempfile.TemporaryDirectory(prefix="memory-bench-", dir="/tmp") as name:
        folder = Path(name)
        async with pod() as running_pod, service(folder) as upstream:
            async with opened(running_pod, upstream, folder) as door:
                if "idle" in parts:
                    await idle(door, connections)
                if "load" in parts:
                    await under_load(door, minutes)
            if "bodies" in parts:
                async with opened(running_pod, upstream, folder, "benchmarks.rig.roomy_gateway") as door:
                    await bodies(door)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--connections", type=int, default=10_000)
    arguments.add_argument("--parts", default="load,idle,bodies")
    given = arguments.parse_args()
    allow_descriptors(given.connections)
    uvloop.run(main(given.parts.split(","), given.minutes, given.connections))
