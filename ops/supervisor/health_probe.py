"""Asks a service how it is, over its own socket, without the weight of an HTTP library."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

READY_TIMEOUT_SECONDS = 5.0


def ready_probe(socket: Path) -> Callable[[], Awaitable[bool]]:
    """A check that is true when `/health/ready` on the unix socket answers 200; a silence of 5 s is a no."""

    async def is_ready() -> bool:
        try:
            async with asyncio.timeout(READY_TIMEOUT_SECONDS):
                return await status_of(socket, "/health/ready") == 200  # noqa: PLR2004 - HTTP's OK
        except TimeoutError:
            return False

    return is_ready


def live_probe(socket: Path) -> Callable[[], Awaitable[bool]]:
    """A check that is true when `/health/live` answers 200; it waits as long as the caller lets it."""

    async def is_live() -> bool:
        return await status_of(socket, "/health/live") == 200  # noqa: PLR2004 - HTTP's OK

    return is_live


async def status_of(socket: Path, path: str) -> int | None:
    """The status of a GET on a unix socket; None when it is refused or is no HTTP."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(socket))
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            return _status(await reader.readline())
        finally:
            writer.close()
    except OSError:
        return None


def _status(line: bytes) -> int | None:
    parts = line.split()
    is_http = len(parts) > 1 and parts[0].startswith(b"HTTP/") and parts[1].isdigit()
    return int(parts[1]) if is_http else None
