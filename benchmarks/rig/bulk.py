"""A body of a gigabyte, sent or received by a client that keeps none of it."""

import asyncio
from collections.abc import Mapping

GIBIBYTE = 1 << 30
PIECE = bytes(64 * 1024)


async def upload(port: int, path: str, headers: Mapping[str, str], size: int) -> int:
    """POST a body of so many bytes; the status of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_head("POST", path, {**headers, "Content-Length": str(size)}))
    for _ in range(size // len(PIECE)):
        writer.write(PIECE)
        await writer.drain()
    status = await _status(reader)
    writer.close()
    return status


async def download(port: int, path: str, headers: Mapping[str, str]) -> int:
    """GET; how many bytes came after the head, chunks' frames included."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_head("GET", path, {**headers, "Connection": "close"}))
    assert await _status(reader) == 200
    received = 0
    while piece := await reader.read(len(PIECE)):
        received += len(piece)
    writer.close()
    return received


def _head(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {path} HTTP/1.1\r\n{fields}\r\n".encode()


async def _status(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    return int(head.split()[1])
