"""The sample service as a real process with two addresses, and raw bytes to and from it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson

from shared.territory.territory import Territory
from tests.support.eventually import eventually
from tests.support.pod import ROOT, free_port
from tests.support.sample_service import SampleSettings
from tests.support.servers import Servers

NOWHERE = {
    "DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1",
    "NATS_URL": "nats://127.0.0.1:1",
    "TERRITORY_ID": "DK",
    "TERRITORY_NAME": "Denmark",
    "TERRITORY_LOCALE": "da-DK",
}


@dataclass(slots=True)
class RawAnswer:
    """What came back, as far as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        return str(orjson.loads(self.body)["code"])


@dataclass(slots=True)
class ServiceProcess:
    """A running service: `port` is public, `inner` a unix socket."""

    process: asyncio.subprocess.Process
    port: int
    inner: Path
    log: Path

    @property
    def public(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    @property
    def inside(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(self.inner)), base_url="http://inner")

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def raw(self, *pieces: bytes, within: float = 15) -> RawAnswer:
        """Send the pieces, read one answer up to the end of the connection or of the body."""
        reader, writer = await self.connect()
        with suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
        try:
            async with asyncio.timeout(within):
                return await read_answer(reader)
        finally:
            writer.close()

    def lines(self) -> list[dict[str, object]]:
        return [orjson.loads(line) for line in self.log.read_bytes().splitlines()]

    async def stop(self) -> int:
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            return await self.process.wait()


async def read_answer(reader: asyncio.StreamReader) -> RawAnswer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status_line, *fields = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return RawAnswer(int(status_line.split()[1]), headers, body)


def environment_of(servers: Servers, territory: Territory) -> dict[str, str]:
    """The variables that name the servers and a territory."""
    settings = servers.settings(SampleSettings, territory)
    names = ("database_url", "redis_url", "nats_url", "territory_secrets_dir", "territory_domain")
    return {
        **{name.upper(): str(getattr(settings, name)) for name in names},
        "TERRITORY_ID": territory.code,
        "TERRITORY_NAME": territory.name,
        "TERRITORY_LOCALE": territory.locale,
    }


def variables_of(folder: Path, port: int) -> dict[str, str]:
    """All that it needs, with servers that are not there."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "POD_ID": "test",
        "ENVIRONMENT": "embedded",
        "LISTEN": f"127.0.0.1:{port}",
        "INNER_LISTEN": f"unix:{folder / 'inner.sock'}",
        **NOWHERE,
    }


async def start(
    folder: Path, variables: Mapping[str, str | None], *, port: int | None = None, error: int | None = None
) -> asyncio.subprocess.Process:
    """The sample service as a process, its log in the folder; a variable that is None is left out."""
    given = {**variables_of(folder, port or free_port()), **variables}
    environment = {name: value for name, value in given.items() if value is not None}
    argv = (sys.executable, "-m", "tests.support.sample_service")
    with (folder / "service.log").open("wb") as output:
        return await asyncio.create_subprocess_exec(*argv, cwd=ROOT, env=environment, stdout=output, stderr=error)


@asynccontextmanager
async def service_process(folder: Path, variables: Mapping[str, str] | None = None) -> AsyncIterator[ServiceProcess]:
    """The sample service, alive; stopped at the end. Without variables its servers are all away."""
    port = free_port()
    process = await start(folder, variables or {}, port=port)
    running = ServiceProcess(process, port, folder / "inner.sock", folder / "service.log")
    try:
        await eventually(lambda: _is_live(running), within=20)
        yield running
    finally:
        await running.stop()


async def _is_live(running: ServiceProcess) -> bool:
    async with running.public as client:
        return (await client.get("/health/live")).status_code == 200
