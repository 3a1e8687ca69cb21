"""Many connections that are kept: each asks once, waits, and asks again much later."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import cast

from typing_extensions import override

OPENED_AT_ONCE = 200


class Patron(asyncio.Protocol):
    """One kept connection; `answers` counts those with status 200."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._received = b""
        self._answered: asyncio.Future[None] | None = None
        self.is_open = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.is_open = True

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(ConnectionResetError())

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]) if found else 0
        if not found or len(body) < length:
            return
        assert self._received.startswith(b"HTTP/1.1 200"), self._received
        self._received = b""
        if self._answered is not None:
            self._answered.set_result(None)

    async def ask(self) -> None:
        """One request, until its answer is whole.

        Raises:
            ConnectionResetError: the connection is not there any more.
        """
        if not self.is_open:
            raise ConnectionResetError
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(self._request)
        await self._answered

    def leave(self) -> None:
        """Close the connection."""
        self._transport.close()


def request_of(path: str, headers: Mapping[str, str]) -> bytes:
    """As bytes on the wire."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\n{fields}\r\n".encode()


async def arrive(port: int, request: bytes, count: int) -> list[Patron]:
    """So many connections, each answered once."""
    patrons: list[Patron] = []
    loop = asyncio.get_running_loop()
    while len(patrons) < count:
        some = min(OPENED_AT_ONCE, count - len(patrons))
        opened = await asyncio.gather(
            *(loop.create_connection(lambda: Patron(request), "127.0.0.1", port) for _ in range(some))
        )
        newest = [patron for _, patron in opened]
        await asyncio.gather(*(patron.ask() for patron in newest))
        patrons += newest
    return patrons


async def ask_all(patrons: Sequence[Patron]) -> int:
    """How many of them are answered, a few hundred at once."""
    answered = 0
    for first in range(0, len(patrons), OPENED_AT_ONCE):
        some = patrons[first : first + OPENED_AT_ONCE]
        results = await asyncio.gather(*(patron.ask() for patron in some), return_exceptions=True)
        answered += sum(result is None for result in results)
    return answered
