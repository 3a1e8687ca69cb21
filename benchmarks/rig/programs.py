"""Programs that a benchmark starts: each on a core of its own, its CPU time counted with that of its children."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.support.eventually import eventually
from tests.support.pod import ROOT

CORE_UNDER_TEST = 0
CORE_OF_THE_REST = 1
END_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Program:
    """What to start, where, and the request that it answers with 200 once it is ready."""

    name: str
    argv: Sequence[str]
    core: int
    ready_url: str
    environment: Mapping[str, str] = field(default_factory=dict)
    ready_headers: Mapping[str, str] = field(default_factory=dict)
    ready_socket: Path | None = None


@asynccontextmanager
async def running(program: Program, folder: Path) -> AsyncIterator[psutil.Process]:
    """The program, ready; what it says is in `<name>.log` in the folder. It is told to end afterwards."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **program.environment}
    with (folder / f"{program.name}.log").open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            "taskset", "-c", str(program.core), *program.argv, cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        await _until_ready(program, folder)
        yield psutil.Process(process.pid)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(END_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _until_ready(program: Program, folder: Path) -> None:
    try:
        await eventually(lambda: _is_ready(program), within=60)
    except AssertionError as error:
        said = (folder / f"{program.name}.log").read_text()[-2000:]
        raise AssertionError(f"{program.name} did not begin to answer:\n{said}") from error


async def _is_ready(program: Program) -> bool:
    transport = httpx.AsyncHTTPTransport(uds=str(program.ready_socket)) if program.ready_socket else None
    async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=5) as client:
        with suppress(httpx.TransportError):
            return (await client.get(program.ready_url, headers=program.ready_headers)).status_code == 200
    return False


def tree_of(process: psutil.Process) -> list[psutil.Process]:
    """The process and what it has started."""
    return [process, *process.children(recursive=True)]


def cpu_seconds(process: psutil.Process) -> float:
    """User and system time of the whole tree; the kernel counts it in hundredths of a second."""
    return sum(sum(one.cpu_times()[:2]) for one in tree_of(process))


def resident_bytes(process: psutil.Process) -> int:
    """Memory of the whole tree."""
    return sum(one.memory_info().rss for one in tree_of(process))


def pin_tree(process: psutil.Process, core: int) -> None:
    """Keep a tree that runs already on one core."""
    for one in tree_of(process):
        one.cpu_affinity([core])
