"""One HTTP/1.1 connection to a replica, parsed by httptools: whoever asked is told of the answer as it is read."""

import asyncio
from time import monotonic
from typing import Protocol, cast

import httptools
from typing_extensions import override

# A service that has begun to answer may rest for so long; longer than a heartbeat of an event stream.
REST_SECONDS = 35.0
# A head and all that is said before it; what has no end would only be kept.
LARGEST_HEAD_BYTES = 64 * 1024
FIRST_STATUS, FIRST_FINAL, LAST_STATUS = 100, 200, 599
# Their answers end with the head, whatever it says of a length (RFC 9112 §6.3).
BODILESS = frozenset({204, 304})


class UpstreamFailure(Exception):
    """An exchange did not come to its end."""


class UpstreamLost(UpstreamFailure):
    """The service closed the connection; `is_clean` when no byte of an answer had come."""

    def __init__(self, *, is_clean: bool) -> None:
        super().__init__("the connection was lost")
        self.is_clean = is_clean


class UpstreamGarbage(UpstreamFailure):
    """What came is not HTTP."""


class UpstreamSilent(UpstreamFailure):
    """The service neither read nor answered in time."""


class Receiver(Protocol):
    """Who asked. Several calls come of one read; `on_turn` is the last, the moment to pass on what was gathered."""

    def on_head(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """The answer's head; names are in lower case."""

    def on_part(self, part: bytes) -> None:
        """A part of the body, without any framing."""

    def on_turn(self, *, is_whole: bool) -> None:
        """Nothing more has come for now, or nothing more will."""

    def on_end(self) -> None:
        """The answer is whole; the connection may be given back."""

    def on_failure(self, failure: UpstreamFailure) -> None:
        """Nothing more will come."""

    def on_writable(self) -> None:
        """The service reads again, or the connection is gone."""


class UpstreamConnection(asyncio.Protocol):
    """Carries one exchange at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._receiver: Receiver | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._is_head_request = False
        self._is_interim = False
        self._has_head = False
        self._has_bytes = False
        self._bytes_before_body = 0
        self._is_complete = False
        self._is_held = False
        self.is_kept_alive = True
        """Whether the service, by its last answer, takes another request here."""
        self.is_writable = True
        self.is_open = False
        self.is_sent = True
        """Whether the request is out; else the service still waits for the rest, and no other may follow."""
        self.deadline = float("inf")
        """On the monotonic clock: when the service's turn ends."""
        self.generation = 0
        """Which instance at the address it leads to."""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.is_open = True

    @override
    def data_received(self, data: bytes) -> None:
        receiver = self._receiver
        if receiver is None or self._parser is None:
            # Bytes that nobody asked for: whatever follows cannot be trusted.
            self.close()
            return
        self._has_bytes = True
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            if not self._is_complete:
                self._fail(UpstreamGarbage("the answer cannot be read"))
                return
            # The answer is whole; what follows it was not asked for, and nothing more is read here.
            self.is_kept_alive = False
        if not self._has_head:
            self._bytes_before_body += len(data)
            if self._bytes_before_body > LARGEST_HEAD_BYTES:
                self._fail(UpstreamGarbage("a head without an end"))
                return
        receiver.on_turn(is_whole=self._is_complete)
        if self._is_complete:
            # Not before the parser has returned: whoever gets the connection next may begin at once.
            self._end()
        elif self._has_head and not self._is_held:
            self.begin_turn(REST_SECONDS)

    @override
    def eof_received(self) -> None:
        """A service that will not write any more has no use for the connection."""

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        self._fail(UpstreamLost(is_clean=not self._has_bytes))

    @override
    def pause_writing(self) -> None:
        self.is_writable = False

    @override
    def resume_writing(self) -> None:
        self.is_writable = True
        if self._receiver is not None:
            self._receiver.on_writable()

    def on_message_begin(self) -> None:
        if self._has_head:
            raise UpstreamGarbage("a second answer to one request")

    def on_header(self, name: bytes, value: bytes) -> None:
        # After the head it is a trailer (RFC 9110 §6.5), and those are not passed on.
        if not self._has_head:
            self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        parser, receiver = self._parser, self._receiver
        if parser is None or receiver is None:
            return
        status = parser.get_status_code()
        if not FIRST_STATUS <= status <= LAST_STATUS:
            raise UpstreamGarbage("a status that is none")
        self._is_interim = status < FIRST_FINAL
        if self._is_interim:
            self._headers = []
            return
        self._has_head = True
        if status in BODILESS:
            # A client would wait for what it says.
            self._headers = [pair for pair in self._headers if pair[0] != b"content-length"]
        self.is_kept_alive = parser.should_keep_alive()
        # A parser that expects the body which the same answer to GET would have is of no use any more.
        self._is_complete = self._is_head_request
        receiver.on_head(status, self._headers)

    def on_body(self, body: bytes) -> None:
        if self._receiver is not None and not self._is_head_request:
            self._receiver.on_part(body)

    def on_message_complete(self) -> None:
        self._is_complete = not self._is_interim

    def begin(self, receiver: Receiver, *, is_head: bool, seconds: float) -> None:
        """Expect an answer, and its head within so many seconds."""
        if self._parser is None:
            self._parser = httptools.HttpResponseParser(self)
        self._receiver = receiver
        self._headers = []
        self._is_head_request = is_head
        self._bytes_before_body = 0
        self._has_head = self._has_bytes = self._is_interim = self._is_complete = self._is_held = False
        self.is_sent = True
        self.begin_turn(seconds)

    def write(self, data: bytes) -> None:
        """Send a part of the request.

        Raises:
            UpstreamLost: the connection is gone.
        """
        if self._transport is None or not self.is_open:
            raise UpstreamLost(is_clean=not self._has_bytes)
        self._transport.write(data)

    def hold(self) -> None:
        """Read nothing more until `resume`: the client does not keep up, and the service need not."""
        if not self._is_held and self._transport is not None and self.is_open:
            self._is_held = True
            self._transport.pause_reading()
            self.deadline = float("inf")

    def resume(self) -> None:
        """Read on."""
        if self._is_held and self._transport is not None and self.is_open:
            self._is_held = False
            self._transport.resume_reading()
            self.begin_turn(REST_SECONDS)

    def expire(self) -> None:
        """The service's turn is over and nothing has come of it."""
        self._fail(UpstreamSilent("the service was silent"))

    def abandon(self) -> None:
        """Nobody wants the answer any more."""
        self._receiver = None
        self.close()

    def close(self) -> None:
        """Close at once."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    @property
    def is_reusable(self) -> bool:
        """Whether another exchange may follow on it."""
        return self.is_open and self.is_sent and self._receiver is None and self.is_kept_alive and not self._is_held

    def begin_turn(self, seconds: float) -> None:
        """Give the service so long to do something."""
        self.deadline = monotonic() + seconds

    def _end(self) -> None:
        receiver, self._receiver = self._receiver, None
        self.deadline = float("inf")
        if self._is_head_request:
            self._parser = None
        if receiver is not None:
            receiver.on_end()

    def _fail(self, failure: UpstreamFailure) -> None:
        receiver, self._receiver = self._receiver, None
        self._parser = None
        self.close()
        if receiver is not None:
            receiver.on_failure(failure)
