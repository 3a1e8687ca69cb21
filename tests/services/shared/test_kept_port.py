"""A port that outlives the instances which serve it, and its own keeper."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from tests.support.eventually import eventually
from tests.support.pod import ROOT, free_port
from tests.support.service_process import ServiceProcess, service_process


@asynccontextmanager
async def keeper(path: Path, port: int) -> AsyncIterator[None]:
    argv = (sys.executable, "-m", "ops.port_keeper", f"{path}={port}")
    process = await asyncio.create_subprocess_exec(*argv, cwd=ROOT)
    try:
        await eventually(path.exists)
        yield
    finally:
        process.terminate()
        assert await process.wait() == 0


async def birth_of(client: httpx.AsyncClient) -> str:
    """Which instance answers: no two were started at one moment."""
    return str((await client.get("/version")).json()["started_at"])


async def births(running: ServiceProcess) -> str:
    async with running.inside as client:
        return await birth_of(client)


async def test_the_next_instance_serves_the_port_when_the_first_has_ended(tmp_path: Path) -> None:
    path, port = tmp_path / "port", free_port()
    asked: list[str] = []

    async def who_answers() -> str:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            asked.append(await birth_of(client))
        return asked[-1]

    async with AsyncExitStack() as instances, keeper(path, port):
        running = []
        for name in ("first", "second"):
            folder = tmp_path / name
            folder.mkdir()
            running.append(await instances.enter_async_context(service_process(folder, {"KEPT_PORT": str(path)})))
        first, second = [await births(each) for each in running]
        # The second one is not ready, its servers being away, and so leaves the port to the first.
        assert {await who_answers() for _ in range(10)} == {first}
        stopping = asyncio.create_task(running[0].stop())
        while not stopping.done():
            await who_answers()
        assert await stopping == 0
        assert await who_answers() == second
        assert set(asked) == {first, second}


async def test_a_keeper_that_begins_anew_finds_who_serves_its_port(tmp_path: Path) -> None:
    path, port = tmp_path / "port", free_port()
    folder = tmp_path / "only"
    folder.mkdir()

    async def is_served() -> bool:
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=1) as client:
                return (await client.get("/health/live")).is_success
        except httpx.TransportError:
            return False

    async with service_process(folder, {"KEPT_PORT": str(path)}):
        assert not await is_served()
        for _ in range(2):
            async with keeper(path, port):
                await eventually(is_served)


async def test_a_keeper_says_whether_it_keeps(tmp_path: Path) -> None:
    path, port = tmp_path / "port", free_port()

    async def check() -> int:
        argv = (sys.executable, "-m", "ops.port_keeper", "--check", f"{path}={port}")
        return await (await asyncio.create_subprocess_exec(*argv, cwd=ROOT)).wait()

    assert await check() == 1
    async with keeper(path, port):
        assert await check() == 0
