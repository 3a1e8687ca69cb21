"""A neighbour that answers whatever a test wants, byte for byte."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import orjson

Answering = Callable[[str, asyncio.StreamWriter], Awaitable[None]]
"""Writes an answer to the request for a path."""


@dataclass(slots=True)
class Stranger:
    """Listens on a port of loopback; `answering` may be changed at any time."""

    answering: Answering
    port: int = 0
    asked: list[str] = field(default_factory=list)
    serving: set[asyncio.Task[None] | None] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.serving.add(task := asyncio.current_task())
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = request.split()[1]
                self.asked.append(path)
                await self.answering(path, writer)
                await writer.drain()
        except asyncio.CancelledError:
            # Only at the end of the test, which waits for it.
            writer.transport.abort()
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            self.serving.discard(task)

    async def stop(self) -> None:
        """Drop whoever is being served."""
        serving = [task for task in self.serving if task is not None]
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


def answer(status: int, body: bytes, **headers: str) -> bytes:
    """A whole HTTP answer."""
    fields = {"content-type": "application/json", "content-length": str(len(body)), "connection": "close"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + body


def always(raw: bytes) -> Answering:
    """The same bytes for every request."""

    async def answering(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)

    return answering


def json_of(value: object) -> Answering:
    """The same JSON for every request."""
    return always(answer(200, orjson.dumps(value)))


@asynccontextmanager
async def stranger(answering: Answering) -> AsyncIterator[Stranger]:
    """A stranger, listening."""
    who = Stranger(answering)
    server = await asyncio.start_server(who.serve, "127.0.0.1", 0)
    who.port = server.sockets[0].getsockname()[1]
    try:
        yield who
    finally:
        server.close()
        await who.stop()
