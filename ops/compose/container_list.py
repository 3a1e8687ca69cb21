"""A way to the engine for the global Traefik that only reads: `python -m ops.compose.container_list [SOCKET]`.

Who may write to the engine's socket owns the machine, and Traefik talks to the internet. It asks here instead, where
nothing but the reading it does is passed on (https://doc.traefik.io/traefik/providers/docker/#docker-api-access).
"""

import asyncio
import re
import sys
from collections.abc import Sequence
from contextlib import suppress

from ops.compose.forwarding import pump
from ops.compose.until_told import until_told

SOCKET = "/var/run/docker.sock"
PORT = 2375
LARGEST_HEAD_BYTES = 8192
HEAD_SECONDS = 10
_ALLOWED = re.compile(
    r"(?:HEAD|GET) (?:/v[0-9]\.[0-9]{1,3})?/(?:_ping|version|events|containers/json|containers/[a-zA-Z0-9_.-]+/json)"
    r"(?:\?[^ ]*)? HTTP/1\.1\r\n",
)
REFUSAL = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


async def serve_list(arguments: Sequence[str] = (), host: str = "0.0.0.0", port: int = PORT) -> None:  # noqa: S104 (inside its container)
    """Answer until this is cancelled."""
    socket = arguments[0] if arguments else SOCKET

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _answer(socket, reader, writer)

    server = await asyncio.start_server(answer, host, port, limit=LARGEST_HEAD_BYTES)
    await server.serve_forever()


def is_allowed(head: bytes) -> bool:
    """Whether a request's head asks to read what Traefik reads, and brings nothing along."""
    text = head.decode("latin-1")
    return bool(_ALLOWED.match(text)) and not re.search(
        r"\r\n(?:content-length|transfer-encoding|upgrade):", text, re.IGNORECASE
    )


async def _answer(socket: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request a connection: what follows the first was never looked at."""
    with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        async with asyncio.timeout(HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
        if is_allowed(head):
            await _ask(socket, head, writer, reader)
        else:
            writer.write(REFUSAL)
            await writer.drain()
    writer.close()


async def _ask(socket: str, head: bytes, writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> None:
    there_reader, there_writer = await asyncio.open_unix_connection(socket)
    line, _, fields = head.partition(b"\r\n")
    kept = [field for field in fields.split(b"\r\n") if field and not field.lower().startswith(b"connection:")]
    there_writer.write(b"\r\n".join([line, *kept, b"connection: close", b"", b""]))
    # An event stream lasts until whoever asked for it goes.
    answered, left = asyncio.create_task(pump(there_reader, writer)), asyncio.create_task(reader.read(1))
    try:
        await asyncio.wait({answered, left}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        answered.cancel()
        left.cancel()
        there_writer.close()


if __name__ == "__main__":
    sys.exit(until_told(serve_list(sys.argv[1:])))
