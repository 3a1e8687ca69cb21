"""How another command asks a running supervisor for something: one line each way on a socket of the run folder."""

import asyncio
import json
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from ops.supervisor.replacement import ReplacementError

SOCKET_NAME = "control.sock"
SOCKET_MODE = 0o600

Replace = Callable[[str], Awaitable[None]]
"""Replaces the instance of a process. Raises: ReplacementError."""


@asynccontextmanager
async def requests_taken(folder: Path, replace: Replace) -> AsyncIterator[None]:
    """Take requests at the folder's socket as long as the block runs; what has begun goes on beyond it.

    Whoever leaves before the answer has changed nothing by that: the request is carried out.
    """

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError, ValueError):
            request = json.loads(await reader.readline())
            answer = await _answer(request, replace)
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(serve, sock=_bound(folder / SOCKET_NAME))
    try:
        yield
    finally:
        server.close()


async def ask_to_replace(folder: Path, name: str) -> None:
    """Have the supervisor of a run folder replace the instance of a process, and wait until it has.

    Raises: ReplacementError, also when nobody answers.
    """
    try:
        reader, writer = await asyncio.open_unix_connection(str(folder / SOCKET_NAME))
        try:
            writer.write(json.dumps({"replace": name}).encode() + b"\n")
            line = await reader.readline()
        finally:
            writer.close()
    except OSError:
        line = b""
    if not line:
        raise ReplacementError(name, "its supervisor does not answer")
    failure = json.loads(line)["failure"]
    if failure is not None:
        raise ReplacementError(name, failure)


async def _answer(request: object, replace: Replace) -> dict[str, str | None]:
    match request:
        case {"replace": str(name)}:
            try:
                await replace(name)
            except ReplacementError as error:
                return {"failure": error.reason}
            return {"failure": None}
        case _:
            return {"failure": "the request is not understood"}


def _bound(path: Path) -> socket.socket:
    # One that was killed has left its file; the lock on the data folder says that nobody else is there.
    path.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(str(path))
    # Nobody can connect before it listens, so the mode is right in time.
    path.chmod(SOCKET_MODE)
    return made
