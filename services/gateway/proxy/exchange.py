"""An exchange with a service as a coroutine sees it: send, wait for the head, read the body as it comes."""

import asyncio
from collections.abc import AsyncIterator

from services.gateway.proxy.upstream_connection import UpstreamConnection, UpstreamFailure, UpstreamSilent

HIGH_WATER_BYTES = 256 * 1024


class Exchange:
    """One request and its answer on a lent connection."""

    def __init__(self, connection: UpstreamConnection, *, lasts: bool) -> None:
        self.connection = connection
        self.lasts = lasts
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self._head: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._news = asyncio.Event()
        self._writable = asyncio.Event()
        self._parts: list[bytes] = []
        self._buffered = 0
        self._failure: UpstreamFailure | None = None
        self._is_over = False

    def on_head(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """Receiver."""
        self.status, self.headers = status, headers
        if not self._head.done():
            self._head.set_result(None)

    def on_part(self, part: bytes) -> None:
        """Receiver."""
        self._parts.append(part)
        self._buffered += len(part)

    def on_turn(self, *, is_whole: bool) -> None:  # noqa: ARG002 (a receiver is told)
        """Receiver."""
        if self._buffered > HIGH_WATER_BYTES:
            self.connection.hold()
        self._news.set()

    def on_end(self) -> None:
        """Receiver."""
        self._is_over = True
        self._news.set()

    def on_failure(self, failure: UpstreamFailure) -> None:
        """Receiver."""
        self._is_over = True
        self._failure = failure
        if not self._head.done():
            self._head.set_exception(failure)
            # Whoever waits for the head sees it; nobody may be waiting any more.
            self._head.exception()
        self._writable.set()
        self._news.set()

    def on_writable(self) -> None:
        """Receiver."""
        self._writable.set()

    async def send(
        self, head: bytes, body: AsyncIterator[bytes] | bytes | None, *, is_chunked: bool, is_head: bool, seconds: float
    ) -> None:
        """Send a request and wait for the head of its answer, which may come before the body is out.

        The service has so many seconds for each of its turns; how long the client may take for its body is not decided
        here.

        Raises:
            UpstreamFailure.
        """
        self.connection.begin(self, is_head=is_head, seconds=seconds)
        if body is None or isinstance(body, bytes):
            self.connection.write(head + body if body else head)
        else:
            self.connection.write(head)
            await self._stream(body, is_chunked=is_chunked, seconds=seconds)
        await self._head

    async def chunks(self) -> AsyncIterator[bytes]:
        """The answer's body as it comes: at each time all of it that is there.

        Raises:
            UpstreamFailure.
        """
        while True:
            if self._parts:
                gathered = b"".join(self._parts)
                self._parts.clear()
                self._buffered = 0
                self.connection.resume()
                yield gathered
                continue
            if self._failure is not None:
                raise self._failure
            if self._is_over:
                return
            self._news.clear()
            await self._news.wait()

    @property
    def is_read(self) -> bool:
        """Whether the answer is whole, and all of it has been taken."""
        return self._is_over and self._failure is None and not self._parts

    def leave(self) -> None:
        """Nobody wants what is still to come."""
        if not self._is_over:
            self._is_over = True
            self.connection.abandon()

    async def _stream(self, body: AsyncIterator[bytes], *, is_chunked: bool, seconds: float) -> None:
        """Until all of it was sent, or the service has answered already and does not want the rest."""
        connection = self.connection
        connection.is_sent = False
        connection.deadline = float("inf")
        async for part in body:
            if self._head.done():
                return
            await self._room(seconds)
            connection.write(b"%x\r\n%b\r\n" % (len(part), part) if is_chunked else part)
        if is_chunked:
            connection.write(b"0\r\n\r\n")
        connection.is_sent = True
        if not self._head.done():
            connection.begin_turn(seconds)

    async def _room(self, seconds: float) -> None:
        """Wait until the service reads."""
        if self.connection.is_writable:
            return
        self._writable.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._writable.wait()
        except TimeoutError:
            raise UpstreamSilent("the service does not read") from None
