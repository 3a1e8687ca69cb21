"""One HTTP/1.1 connection to a service, parsed by httptools, with back-pressure in both directions."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable
from typing import cast

import httptools
from typing_extensions import override

HIGH_WATER_BYTES = 256 * 1024
# Longer than the longest that a request may ask a service to wait.
ANSWER_SECONDS = 35.0


class UpstreamLost(Exception):
    """The service closed the connection; `is_clean` when no byte of an answer had come."""

    def __init__(self, *, is_clean: bool) -> None:
        super().__init__("the connection was lost")
        self.is_clean = is_clean


class UpstreamGarbage(Exception):
    """What came is not HTTP."""


class UpstreamSilent(Exception):
    """The service neither read nor answered in time."""


async def _in_time(turn: Awaitable[object]) -> None:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await turn
    except TimeoutError:
        raise UpstreamSilent from None


class UpstreamConnection(asyncio.Protocol):
    """Carries one exchange at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._head: asyncio.Future[None] | None = None
        self._news = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._chunks: deque[bytes] = deque()
        self._buffered = 0
        self._is_head_request = False
        self._failure: Exception | None = None
        self._has_bytes = False
        self._is_sent = True
        self.is_complete = True
        self.is_open = False
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.is_open = True

    @override
    def data_received(self, data: bytes) -> None:
        self._has_bytes = True
        if self._parser is None:
            # Bytes that nobody asked for: whatever follows cannot be trusted.
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail(UpstreamGarbage())
            self.close()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        self._writable.set()
        if not self.is_complete:
            self._fail(UpstreamLost(is_clean=not self._has_bytes))

    @override
    def pause_writing(self) -> None:
        self._writable.clear()

    @override
    def resume_writing(self) -> None:
        self._writable.set()

    def on_status(self, _: bytes) -> None:
        if self._parser is not None:
            self.status = self._parser.get_status_code()

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        if self._head is not None and not self._head.done():
            self._head.set_result(None)
        if self._is_head_request:
            self._complete()

    def on_body(self, body: bytes) -> None:
        self._chunks.append(body)
        self._buffered += len(body)
        if self._buffered > HIGH_WATER_BYTES and self._transport is not None:
            self._transport.pause_reading()
        self._news.set()

    def on_message_complete(self) -> None:
        self._complete()

    async def send(self, head: bytes, body: AsyncIterator[bytes] | None, *, is_chunked: bool, is_head: bool) -> None:
        """Send a request and wait for the head of its answer, which may come before the body is out.

        The service has 35 seconds for each of its turns; how long the client may take for its body is not decided here.

        Raises:
            UpstreamLost, UpstreamGarbage; UpstreamSilent.
        """
        self._begin(is_head=is_head)
        self._write(head)
        self._is_sent = body is None or await self._send_body(body, is_chunked=is_chunked)
        if self._head is not None:
            await _in_time(self._head)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The answer's body as it comes.

        Raises:
            UpstreamLost, UpstreamGarbage.
        """
        while True:
            while self._chunks:
                chunk = self._chunks.popleft()
                self._buffered -= len(chunk)
                if self._buffered <= HIGH_WATER_BYTES and self._transport is not None and self.is_open:
                    self._transport.resume_reading()
                yield chunk
            if self._failure is not None:
                raise self._failure
            if self.is_complete:
                return
            self._news.clear()
            await self._news.wait()

    @property
    def is_reusable(self) -> bool:
        """Whether another exchange may follow on it."""
        return (
            self.is_open
            and self._is_sent
            and self.is_complete
            # What its last reader left behind must not be read as the next answer.
            and not self._chunks
            and self._failure is None
            and (b"connection", b"close") not in self.headers
        )

    def close(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()
        self.is_open = False

    def _begin(self, *, is_head: bool) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._head = asyncio.get_running_loop().create_future()
        self._is_head_request = is_head
        self._has_bytes = self._is_sent = self.is_complete = False
        self._failure = None
        self.headers = []

    async def _send_body(self, body: AsyncIterator[bytes], *, is_chunked: bool) -> bool:
        """Whether all of it was sent; else the service still waits for the rest, and no other request may follow."""
        async for chunk in body:
            if self._head is not None and self._head.done():
                # The service has answered already: it does not want the rest.
                return False
            await _in_time(self._writable.wait())
            self._write(b"%x\r\n%b\r\n" % (len(chunk), chunk) if is_chunked else chunk)
        if is_chunked:
            self._write(b"0\r\n\r\n")
        return True

    def _write(self, data: bytes) -> None:
        if self._transport is None or not self.is_open:
            raise self._failure or UpstreamLost(is_clean=True)
        self._transport.write(data)

    def _complete(self) -> None:
        self.is_complete = True
        self._parser = None
        self._news.set()

    def _fail(self, failure: Exception) -> None:
        self._failure = failure
        if self._head is not None and not self._head.done():
            self._head.set_exception(failure)
            # Whoever waits for the head sees it; nobody may be waiting any more.
            self._head.exception()
        self._news.set()
