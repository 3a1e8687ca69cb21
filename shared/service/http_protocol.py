"""uvicorn's HTTP protocol with what it lacks: limits on request heads, deadlines for them, and problems for garbage.

httptools has no limit on header bytes and uvicorn no deadline for receiving, so both are kept here, on raw bytes.
"""

from asyncio import TimerHandle, Transport

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from shared.errors import Kind, ServiceError
from shared.identifiers import new_id
from shared.web.problems import problem_bytes, problem_headers

LARGEST_HEAD_BYTES = 32 * 1024
MOST_HEADERS = 100
LONGEST_TARGET_BYTES = 8 * 1024
HEAD_SECONDS = 10.0

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
    _hosts = 0
    _in_head = True
    _head_timer: TimerHandle | None = None
    _refusal = _GARBAGE

    @override
    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._on_slow_head)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        if self._in_head and self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._on_slow_head)
        super().data_received(data)

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = self._hosts = 0

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

    @override
    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_timer()
        if self._hosts != 1:
            self._stop_parsing(_BAD_HOST)
        super().on_headers_complete()

    @override
    def on_message_complete(self) -> None:
        self._in_head = True
        super().on_message_complete()

    @override
    def send_400_response(self, msg: str) -> None:
        self._refuse(self._refusal)

    def _stop_parsing(self, refusal: ServiceError) -> None:
        """Whatever a parser callback raises, uvicorn answers through `send_400_response`."""
        self._refusal = refusal
        raise refusal

    def _on_slow_head(self) -> None:
        self._head_timer = None
        if self._in_head:
            self._refuse(_TOO_SLOW)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self, error: ServiceError) -> None:
        if self.transport.is_closing():
            return
        request_id = str(new_id())
        body = problem_bytes(error, "/", request_id)
        fields = {**problem_headers(error), "content-length": str(len(body)), "x-request-id": request_id}
        head = b"".join(f"{name}: {value}\r\n".encode() for name, value in fields.items())
        self.transport.write(STATUS_LINE[error.kind.status] + head + b"connection: close\r\n\r\n" + body)
        self.transport.close()
