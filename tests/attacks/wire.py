"""Raw bytes to a server, and what it answered before it closed."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import orjson

PATIENCE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """One final answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_refusal(self) -> bool:
        """Whether it is a problem that also ends the connection."""
        return self.headers.get("content-type") == "application/problem+json" and (
            self.headers.get("connection") == "close"
        )

    @property
    def code(self) -> str:
        return str(orjson.loads(self.body)["code"])


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came back on a connection, and whether the server ended it."""

    answers: list[RawAnswer]
    is_closed: bool


async def exchange(address: int | Path, sent: bytes) -> Exchange:
    """Send the bytes to a port of loopback or a socket; read until the server closes, or for five seconds."""
    if isinstance(address, int):
        reader, writer = await asyncio.open_connection("127.0.0.1", address)
    else:
        reader, writer = await asyncio.open_unix_connection(address)
    received, is_closed = bytearray(), False
    try:
        writer.write(sent)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while data := await reader.read(65_536):
                received += data
            is_closed = True
    except ConnectionError:
        is_closed = True
    except TimeoutError:
        pass
    finally:
        writer.close()
    return Exchange(_answers(bytes(received)), is_closed)


def _answers(received: bytes) -> list[RawAnswer]:
    found = []
    while received:
        head, end, received = received.partition(b"\r\n\r\n")
        assert end, f"half a head: {head!r}"
        assert head.startswith(b"HTTP/1.1 "), f"no answer: {head!r}"
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        status = int(line.split()[1])
        length = int(headers.get("content-length", 0)) if status >= 200 else 0
        if status >= 200:
            found.append(RawAnswer(status, headers, received[:length]))
        received = received[length:]
    return found
