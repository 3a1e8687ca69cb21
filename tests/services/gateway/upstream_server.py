"""A little service behind the gateway that does on the wire what a test tells it to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

Behaviour = Callable[["Request", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Request:
    """A request's head as it arrived; `connection` counts connections from 1."""

    line: str
    headers: dict[str, str]
    connection: int

    @property
    def length(self) -> int:
        return int(self.headers.get("content-length", 0))


@dataclass(slots=True)
class UpstreamServer:
    """Calls `behaviour` for each request; the connection stays open until the behaviour closes it."""

    behaviour: Behaviour
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        self._writers.append(writer)
        try:
            while not writer.is_closing():
                request = await _read_head(reader, number)
                self.requests.append(request)
                await self.behaviour(request, reader, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def close_all(self) -> None:
        """As a service that restarts does to connections nobody uses."""
        for writer in self._writers:
            writer.close()


async def _read_head(reader: asyncio.StreamReader, connection: int) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    return Request(head[0], headers, connection)


def answer(body: bytes = b"{}", status: str = "200 OK", *more: str) -> bytes:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status}", "content-type: application/json", f"content-length: {len(body)}", *more, "", ""]
    return "\r\n".join(lines).encode() + body


@asynccontextmanager
async def upstream_at(path: Path, behaviour: Behaviour) -> AsyncIterator[UpstreamServer]:
    """A service that listens on a unix socket."""
    upstream = UpstreamServer(behaviour)
    server = await asyncio.start_unix_server(upstream.serve, path)
    try:
        yield upstream
    finally:
        server.close()
        upstream.close_all()
