"""Commands and replies on one connection, pipelined: as many under way as there are callers.

Replies come in the order of the commands. One that its caller no longer waits for is still read and dropped, so that a
cancelled call never hands its reply to the next one (CVE-2023-28858 was that).
"""

import asyncio
from collections import deque
from typing import Any

import hiredis
from typing_extensions import override

Reply = Any
_INCOMPLETE = object()


class Refused(Exception):
    """The server answered with an error; its first word is the kind (`NOSCRIPT`, `NOPERM`)."""


class Wire(asyncio.Protocol):
    """One open connection; after `close` or a loss every call fails with OSError."""

    def __init__(self) -> None:
        self._reader = hiredis.Reader(replyError=Refused, notEnoughData=_INCOMPLETE)
        self._waiting: deque[asyncio.Future[Reply]] = deque()
        self._transport: asyncio.Transport | None = None
        self.is_open = False

    def send(self, *parts: str | float) -> asyncio.Future[Reply]:
        """Write a command; its reply to come.

        Raises:
            ConnectionResetError: the connection is closed.
        """
        if not self.is_open or self._transport is None:
            raise ConnectionResetError
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting.append(reply)
        self._transport.write(hiredis.pack_command(parts))  # type: ignore[arg-type]  # its stub takes one part only
        return reply

    def close(self) -> None:
        """Drop the connection and every call under way."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self.is_open = True

    @override
    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        try:
            while (reply := self._reader.gets()) is not _INCOMPLETE:
                self._deliver(reply)
        except (hiredis.ProtocolError, IndexError):
            self.close()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_exception(ConnectionResetError())

    def _deliver(self, reply: Reply) -> None:
        waiting = self._waiting.popleft()
        if waiting.done():
            return
        if isinstance(reply, Refused):
            waiting.set_exception(reply)
        else:
            waiting.set_result(reply)
