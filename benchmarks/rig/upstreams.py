"""What stands behind every proxy: a stub service under uvicorn, and nginx, which answers faster than anyone can ask."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.peers import nginx
from benchmarks.rig.programs import CORE_OF_THE_REST, Program, running
from tests.support.pod import free_port


@dataclass(frozen=True, slots=True)
class Upstream:
    """One kind of upstream, at a port and at a socket; `process` answers at the port."""

    port: int
    socket: Path
    process: psutil.Process

    @property
    def tcp(self) -> str:
        """As proxies are told of it."""
        return f"127.0.0.1:{self.port}"

    @property
    def unix(self) -> str:
        """As proxies are told of it."""
        return f"unix:{self.socket}"


@asynccontextmanager
async def service(folder: Path) -> AsyncIterator[Upstream]:
    """Bare ASGI under uvicorn, twice: uvicorn has one address."""
    port, socket = free_port(), folder / "service.sock"
    async with AsyncExitStack() as stack:
        process = await stack.enter_async_context(running(_uvicorn("service", ("--port", str(port)), port), folder))
        at_socket = _uvicorn("service-at-a-socket", ("--uds", str(socket)), port, socket)
        await stack.enter_async_context(running(at_socket, folder))
        yield Upstream(port, socket, process)


@asynccontextmanager
async def fast(folder: Path) -> AsyncIterator[Upstream]:
    """`return 200` of nginx."""
    port, socket = free_port(), folder / "fast.sock"
    async with running(nginx.answering("fast", folder, CORE_OF_THE_REST, port, socket), folder) as process:
        yield Upstream(port, socket, process)


def _uvicorn(name: str, address: tuple[str, ...], port: int, socket: Path | None = None) -> Program:
    argv = (
        sys.executable, "-m", "uvicorn", "benchmarks.rig.upstream_app:app", *address, "--no-access-log",
        "--loop=uvloop", "--http=httptools", "--log-level=warning", "--lifespan=off",
    )  # fmt: skip
    return Program(name, argv, CORE_OF_THE_REST, f"http://127.0.0.1:{port}/", ready_socket=socket)
