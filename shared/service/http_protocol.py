"""uvicorn's HTTP protocol with what it lacks: limits on request heads, deadlines for them, and problems for garbage.

httptools has no limit on header bytes and uvicorn no deadline for receiving, so both are kept here, on raw bytes.
"""

from asyncio import TimerHandle, Transport

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from shared.errors import Kind, ServiceError
from shared.identifiers import new_id
from shared.observability.metrics import REQUESTS
from shared.web.event_stream import ABORT_SCOPE
from shared.web.problems import problem_bytes, problem_headers

LARGEST_HEAD_BYTES = 32 * 1024
MOST_HEADERS = 100
LONGEST_TARGET_BYTES = 8 * 1024
HEAD_SECONDS = 10.0
# What is left of a body when its answer is out may still come for so long, and is thrown away.
LINGER_SECONDS = 5.0

_GARBAGE = ServiceError(Kind.MALFORMED, "bad-request", "The request cannot be read.")
_BAD_HOST = ServiceError(Kind.MALFORMED, "bad-host", "The Host header is missing, repeated or malformed.")
_TOO_SLOW = ServiceError(Kind.TIMEOUT, "request-timeout", "The request's head came too slowly.")
_TOO_LONG = ServiceError(Kind.URI_TOO_LONG, "uri-too-long", f"A path may have {LONGEST_TARGET_BYTES} bytes.")
_TOO_LARGE = ServiceError(
    Kind.HEADERS_TOO_LARGE,
    "head-too-large",
    f"A request's head may have {LARGEST_HEAD_BYTES} bytes and {MOST_HEADERS} fields.",
)


class GuardedProtocol(HttpToolsProtocol):
    """Refuses oversized, slow and malformed request heads with a problem document, and closes."""

    _head_bytes = 0
    _raw_head_bytes = 0
    _hosts = 0
    _host = b""
    _in_head = True
    _head_timer: TimerHandle | None = None
    _linger_timer: TimerHandle | None = None
    _refusal = _GARBAGE

    @override
    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._on_slow_head)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timers()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._raw_head_bytes += len(data)
            if self._head_timer is None:
                self._head_timer = self.loop.call_later(HEAD_SECONDS, self._on_slow_head)
        super().data_received(data)
        # A field without an end never reaches `on_header`.
        if self._in_head and self._raw_head_bytes > LARGEST_HEAD_BYTES:
            self._refuse(_TOO_LARGE)

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = self._hosts = 0
        self.scope[ABORT_SCOPE] = self.transport.abort  # type: ignore[literal-required]  # one of our own

    @override
    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > LONGEST_TARGET_BYTES:
            self._stop_parsing(_TOO_LONG)

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._head_bytes += len(name) + len(value) + 4
        if len(self.headers) > MOST_HEADERS or self._head_bytes > LARGEST_HEAD_BYTES:
            self._stop_parsing(_TOO_LARGE)
        if len(name) == len(b"host") and name.lower() == b"host":
            self._hosts += 1
            self._host = value

    @override
    def on_headers_complete(self) -> None:
        self.require_acceptable_head()
        super().on_headers_complete()

    def require_acceptable_head(self) -> None:
        """The head has ended: refuse what is wrong with it as a whole.

        Raises:
            ServiceError: malformed `bad-host`.
        """
        self._stop_timers()
        if self._hosts != 1 or _names_another_host(self.url, self._host):
            self._stop_parsing(_BAD_HOST)
        self._in_head = False

    @override
    def on_message_complete(self) -> None:
        self._in_head = True
        self._raw_head_bytes = 0
        super().on_message_complete()
        if self._linger_timer is not None:
            self._stop_timers()
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    @override
    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.cycle.response_complete or not self.cycle.more_body:
            return
        if self.expect_100_continue:
            # The client was never told to go on: what it sends next could be a body or a request (RFC 9110 §10.1.1).
            self.transport.close()
        else:
            self._linger_timer = self.loop.call_later(LINGER_SECONDS, self.transport.close)

    @override
    def send_400_response(self, msg: str) -> None:
        self._refuse(self._refusal)

    def _stop_parsing(self, refusal: ServiceError) -> None:
        """Whatever a parser callback raises, uvicorn answers through `send_400_response`."""
        self._refusal = refusal
        raise refusal

    def _on_slow_head(self) -> None:
        self._head_timer = None
        if self._raw_head_bytes == 0:
            self.transport.close()
        elif self._in_head:
            self._refuse(_TOO_SLOW)

    def _stop_timers(self) -> None:
        for timer in (self._head_timer, self._linger_timer):
            if timer is not None:
                timer.cancel()
        self._head_timer = self._linger_timer = None

    def _refuse(self, error: ServiceError) -> None:
        if self.transport.is_closing():
            return
        if self._is_answering():
            # An earlier request of this connection gets its answer whole; this one gets none.
            self.cycle.keep_alive = False
            self.transport.pause_reading()
            return
        request_id = str(new_id())
        body = problem_bytes(error, "/", request_id)
        fields = {
            **problem_headers(error),
            "content-length": str(len(body)),
            "x-request-id": request_id,
            "connection": "close",
        }
        head = b"".join(f"{name}: {value}\r\n".encode() for name, value in fields.items())
        self.transport.write(STATUS_LINE[error.kind.status] + head + b"\r\n" + body)
        self.transport.close()
        REQUESTS.labels("none", "none", str(error.kind.status), "none").inc()

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            return False
        return self._in_head or cycle.response_started or bool(self.pipeline)


def _names_another_host(target: bytes, host: bytes) -> bool:
    """A target in absolute form has a host of its own, which would win (RFC 9112 §3.2.2)."""
    _, separator, rest = target.partition(b"://")
    if target.startswith(b"/") or not separator:
        return False
    return rest.partition(b"/")[0].partition(b"?")[0].lower() != host.lower()
