"""A client of the gateway that speaks bytes: pieces as they are sent, answers as they are framed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.observability.traffic import traffic
from tests.services.gateway.door import Door

FIRST_FINAL = 200
# Concerns this connection alone, and nothing here acts on it: a request that has it goes the ordinary way.
ORDINARY = {"Trailer": "X-Nothing"}


@dataclass(frozen=True, slots=True)
class WireAnswer:
    """An answer as far as it came; names are in lower case, in the order of their coming."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    is_whole: bool = True

    def __getitem__(self, name: str) -> str:
        (value,) = [value for known, value in self.headers if known == name]
        return value


@dataclass(slots=True)
class Wire:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def answer(self, *, is_head: bool = False) -> WireAnswer:
        """The next one that is final."""
        async with asyncio.timeout(20):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *fields = head[:-4].split("\r\n")
            headers = [(name.lower(), value.strip()) for name, _, value in (f.partition(":") for f in fields)]
            status = int(line.split()[1])
            if status < FIRST_FINAL:
                return await self.answer(is_head=is_head)
            body, is_whole = (b"", True) if is_head or status in {204, 304} else await self._body(dict(headers))
        return WireAnswer(status, headers, body, is_whole)

    async def ask(self, data: bytes) -> WireAnswer:
        self.send(data)
        return await self.answer(is_head=data.startswith(b"HEAD "))

    def leave(self) -> None:
        """At once, as a browser whose tab is closed."""
        self.writer.transport.abort()

    async def _body(self, headers: Mapping[str, str]) -> tuple[bytes, bool]:
        try:
            if headers.get("transfer-encoding") == "chunked":
                return await self._chunks(), True
            return await self.reader.readexactly(int(headers["content-length"])), True
        except asyncio.IncompleteReadError as error:
            return error.partial, False
        except ConnectionError:
            return b"", False

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            try:
                body += (await self.reader.readexactly(size + 2))[:-2]
            except asyncio.IncompleteReadError as error:
                raise asyncio.IncompleteReadError(body + error.partial, None) from error
        await self.reader.readexactly(2)
        return body


def get(target: str, headers: Mapping[str, str] | None = None, *, method: str = "GET", body: bytes = b"") -> bytes:
    """A request, whole; its length is said when it has a body."""
    fields = {"Host": "localhost", **(headers or {})}
    if body:
        fields.setdefault("Content-Length", str(len(body)))
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body


@asynccontextmanager
async def wire(door: Door) -> AsyncIterator[Wire]:
    """A connection to the gateway."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    opened = Wire(reader, writer)
    try:
        yield opened
    finally:
        opened.leave()


def express_rides() -> float:
    """How many requests have gone by the express lane in this process."""
    samples = [sample for metric in traffic.collect() for sample in metric.samples]
    return sum(sample.value for sample in samples if sample.name == "http_express_requests_total")


def in_flight() -> int:
    """Requests that are being answered in this process."""
    return traffic.in_flight
