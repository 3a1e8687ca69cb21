"""The gateway on a port of its own, as clients reach it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import httpx
import uvicorn
from fastapi import FastAPI

from services.gateway.limits.classes import WRITE
from services.gateway.policies.route import ANYONE, ONCE, Cache, Route
from shared.service.express_protocol import ExpressProtocol
from shared.service.server import KEEP_ALIVE_SECONDS
from shared.service.socket_protocol import SocketProtocol
from tests.support.eventually import eventually
from tests.support.pod import free_port

# A route that takes anything from anyone, to try what no route of ours does yet.
FILES = Route("POST", "/files", "user", ANYONE, WRITE, 1 << 30, 30, ONCE, Cache.NOBODY)


@dataclass(frozen=True, slots=True)
class Door:
    """A client of the gateway, and its port for whoever speaks raw bytes."""

    http: httpx.AsyncClient
    port: int

    async def code_of(self, method: str, path: str, content: bytes | None = None) -> tuple[int, str]:
        """Status and code of a refusal, which must be a problem document."""
        answer = await self.http.request(method, path, content=content)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        return answer.status_code, str(answer.json()["code"])

    async def raw(self, sent: bytes) -> bytes:
        """Everything that comes back until the connection ends."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(sent)
        async with asyncio.timeout(10):
            received = await reader.read()
        writer.close()
        return received


@asynccontextmanager
async def open_door(app: FastAPI) -> AsyncIterator[Door]:
    """Serve the app with the protocol that it has in production."""
    port = free_port()
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        http=ExpressProtocol,
        ws=SocketProtocol,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())  # noqa: SLF001 (`serve` takes over the signals of the test run)
    try:
        await eventually(lambda: server.started or serving.done())
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as http:
            yield Door(http, port)
    finally:
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await serving
