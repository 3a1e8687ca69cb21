"""A client that leaves, at whichever moment: nothing is done for nobody, and nobody else notices. A real process."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.services.gateway.door import Door
from tests.services.gateway.test_limits import redis_stopped
from tests.services.gateway.test_proxy import answer_at_once
from tests.services.gateway.upstream_server import Request, answer, upstream_at
from tests.services.gateway.wire import ORDINARY, Wire, get, wire
from tests.support.eventually import eventually
from tests.support.pod import ROOT, free_port
from tests.support.servers import Servers
from tests.support.service_process import environment_of

ANNA, BO = "/api/users/anna", "/api/users/bodil"
LEAVING = 20
WAYS = pytest.mark.parametrize("way", [pytest.param({}, id="express"), pytest.param(ORDINARY, id="ordinary")])

Way = dict[str, str]


@dataclass(frozen=True, slots=True)
class GatewayProcess:
    """The gateway as it is in production."""

    door: Door
    log: Path

    async def in_flight(self) -> int:
        """Beside the request that asks."""
        text = (await self.door.http.get("/metrics")).text
        found = re.search(r"^http_requests_in_flight ([0-9.]+)", text, re.MULTILINE)
        assert found is not None
        return int(float(found[1])) - 1

    async def is_at_rest(self) -> bool:
        return await self.in_flight() == 0

    async def answers(self, way: Way, times: int = 10) -> None:
        for _ in range(times):
            async with wire(self.door) as client:
                assert (await client.ask(get(BO, way))).status == 200

    async def crowd(self, way: Way) -> list[Wire]:
        """So many clients that have asked, each on a connection of its own."""
        clients = [Wire(*await asyncio.open_connection("127.0.0.1", self.door.port)) for _ in range(LEAVING)]
        for client in clients:
            client.send(get(ANNA, way))
        await eventually(self.has_all)
        return clients

    async def has_all(self) -> bool:
        return await self.in_flight() == LEAVING


@pytest_asyncio.fixture(scope="module")
async def gateway(
    servers: Servers, lasting_sockets: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[GatewayProcess]:
    port, log = free_port(), tmp_path_factory.mktemp("gateway") / "gateway.log"
    environment = {
        **environment_of(servers, await servers.new_territory()),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "POD_ID": "test",
        "ENVIRONMENT": "embedded",
        "LISTEN": f"127.0.0.1:{port}",
        "UPSTREAM_URL": f"unix:{lasting_sockets}/{{service}}.sock",
    }
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "shared.service", "gateway"),
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as http:
        running = GatewayProcess(Door(http, port), log)
        try:
            await eventually(running.is_at_rest, within=30)
            yield running
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()


@WAYS
async def test_while_it_is_counted(servers: Servers, gateway: GatewayProcess, lasting_sockets: Path, way: Way) -> None:
    async with upstream_at(lasting_sockets / "user.sock", answer_at_once) as upstream:
        await gateway.answers(way, 1)
        asked = len(upstream.requests)
        async with redis_stopped(servers):
            opened = [await asyncio.open_connection("127.0.0.1", gateway.door.port) for _ in range(LEAVING)]
            for _, writer in opened:
                writer.write(get(ANNA, way))
                await writer.drain()
                writer.transport.abort()
            await eventually(gateway.is_at_rest)
        await gateway.answers(way)
        # Those that were counted before the client's leaving was seen may have been sent on; none twice.
        lines = [request.line for request in upstream.requests[asked:]]
        assert lines.count("GET /users/bodil HTTP/1.1") == 10
        assert lines.count("GET /users/anna HTTP/1.1") <= LEAVING


@WAYS
async def test_while_it_waits(gateway: GatewayProcess, lasting_sockets: Path, way: Way) -> None:
    left: list[str] = []

    async def wait(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if "/bodil " in request.line:
            writer.write(answer())
        else:
            await reader.read()
            left.append(request.line)
            writer.close()

    async with upstream_at(lasting_sockets / "user.sock", wait) as upstream:
        for client in await gateway.crowd(way):
            client.leave()
        await eventually(gateway.is_at_rest)
        await eventually(lambda: len(left) == LEAVING)
        await gateway.answers(way)
        assert len(upstream.requests) == LEAVING + 10


@WAYS
async def test_while_the_answer_streams(gateway: GatewayProcess, lasting_sockets: Path, way: Way) -> None:
    ended: list[str] = []

    async def stream(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if "/bodil " in request.line:
            writer.write(answer())
            return
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        await reader.read()
        ended.append(request.line)
        writer.close()

    async with upstream_at(lasting_sockets / "user.sock", stream):
        clients = await gateway.crowd(way)
        for client in clients:
            await client.reader.readuntil(b"first")
            client.leave()
        await eventually(gateway.is_at_rest)
        await eventually(lambda: len(ended) == LEAVING)
        await gateway.answers(way)


@WAYS
async def test_while_a_connection_is_made(gateway: GatewayProcess, lasting_sockets: Path, way: Way) -> None:
    async with upstream_at(lasting_sockets / "user.sock", answer_at_once) as upstream:
        await gateway.answers(way, 1)
        # None is kept, so that each request needs one that must be made.
        upstream.close_all()
        for _ in range(LEAVING):
            _, writer = await asyncio.open_connection("127.0.0.1", gateway.door.port)
            writer.write(get(ANNA, way))
            writer.transport.abort()
        await eventually(gateway.is_at_rest)
        await gateway.answers(way)


async def test_none_of_it_was_an_error(gateway: GatewayProcess) -> None:
    assert await gateway.is_at_rest()
    said = gateway.log.read_text()
    assert [line for line in said.splitlines() if not line.startswith("{") or '"level":"error"' in line] == []
