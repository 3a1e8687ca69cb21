"""uvicorn's HTTP protocol with what it lacks: limits on request heads, deadlines for them, and problems for garbage.

httptools has no limit on header bytes and takes framing that others read otherwise, uvicorn has no deadline for
receiving: so all three are kept here, on raw bytes.
"""

import re
from asyncio import TimerHandle, Transport
from typing import cast

import httptools
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from shared.errors import Kind, ServiceError
from shared.identifiers import new_id
from shared.observability.traffic import traffic
from shared.service.joined_writes import JoinedWrites
from shared.web.event_stream import ABORT_SCOPE
from shared.web.problems import problem_bytes, problem_headers

LARGEST_HEAD_BYTES = 32 * 1024
MOST_HEADERS = 100
LONGEST_TARGET_BYTES = 8 * 1024
HEAD_SECONDS = 10.0
# What is left of a body when its answer is out may still come for so long, and is thrown away.
LINGER_SECONDS = 5.0

_GARBAGE = ServiceError(Kind.MALFORMED, "bad-request", "The request cannot be read.")
_BAD_EXPECTATION = ServiceError(Kind.EXPECTATION_FAILED, "bad-expectation", "Only 100-continue can be expected.")
_BAD_HOST = ServiceError(Kind.MALFORMED, "bad-host", "The Host header is missing, repeated or malformed.")
_BAD_VERSION = ServiceError(Kind.UPGRADE_REQUIRED, "websocket-version", "Only version 13 of WebSocket is spoken here.")
_TOO_SLOW = ServiceError(Kind.TIMEOUT, "request-timeout", "The request's head came too slowly.")
_TOO_LONG = ServiceError(Kind.URI_TOO_LONG, "uri-too-long", f"A path may have {LONGEST_TARGET_BYTES} bytes.")
_TOO_LARGE = ServiceError(
    Kind.HEADERS_TOO_LARGE,
    "head-too-large",
    f"A request's head may have {LARGEST_HEAD_BYTES} bytes and {MOST_HEADERS} fields.",
)


# As every answer of the gateway has them; who is refused here never came to it.
_SAFE = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}
_KEY = re.compile(rb"[A-Za-z0-9+/]{22}==")
_FRAMING = frozenset((b"content-length", b"transfer-encoding"))
_WATCHED = frozenset((b"host", b"transfer-encoding", b"expect"))


class GuardedProtocol(HttpToolsProtocol):
    """Refuses oversized, slow and malformed request heads with a problem document, and closes."""

    _raw_head_bytes = 0
    _hosts = 0
    _host = b""
    _encoding: bytes | None = None
    _is_put_off = False
    _in_head = True
    _has_begun = False
    _head_timer: TimerHandle | None = None
    _linger_timer: TimerHandle | None = None
    _refusal = _GARBAGE

    @override
    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        super().connection_made(transport)
        self._joined = JoinedWrites(transport)
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
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._leave_http_or_stay(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self.refuse(self._refusal)
        # A field without an end never reaches `on_header`.
        if self._in_head and self._raw_head_bytes > LARGEST_HEAD_BYTES:
            self.refuse(_TOO_LARGE)

    @override
    def on_message_begin(self) -> None:
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._in_head = self._has_begun = True
        self._hosts = 0
        self._encoding = None
        self._is_put_off = False

    @override
    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > LONGEST_TARGET_BYTES:
            self._stop_parsing(_TOO_LONG)

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            # A trailer (RFC 9110 §6.5): nothing that stands there was looked at when the request was let in.
            self._stop_parsing(_GARBAGE)
        name = name.lower()
        # White space around a value is none of it (RFC 9110 §5.5); the parser leaves what stands behind.
        value = value.strip(b" \t")
        self.headers.append((name, value))
        if name in _WATCHED:
            self._watch(name, value)

    @override
    def on_headers_complete(self) -> None:
        self.require_acceptable_head()
        if self.parser.should_upgrade():
            self._is_put_off = not self._should_upgrade()
            if not self._is_put_off:
                self._require_handshake(dict(self.headers))
        if not self._is_put_off:
            self.begin_response()

    def begin_response(self) -> None:
        """Hand the request to the app."""
        self.open_scope()
        HttpToolsProtocol.on_headers_complete(self)
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None:
            cycle.transport = cast("Transport", self._joined)

    def open_scope(self) -> None:
        """What ASGI knows a request by; made for those that go its way."""
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.headers, self.expect_100_continue = url, headers, expects
        self.scope["headers"] = headers
        self.scope[ABORT_SCOPE] = self.transport.abort  # type: ignore[literal-required]  # one of our own

    def require_acceptable_head(self) -> None:
        """The head has ended: refuse what is wrong with it as a whole.

        Raises:
            ServiceError: malformed `bad-host`, `bad-request`; headers_too_large `head-too-large`.
        """
        self._stop_timers()
        if len(self.headers) > MOST_HEADERS or (
            # What has come is the head and perhaps more: only where it is long the head itself is measured.
            self._raw_head_bytes > LARGEST_HEAD_BYTES
            and sum(len(name) + len(value) + 4 for name, value in self.headers) > LARGEST_HEAD_BYTES
        ):
            self._stop_parsing(_TOO_LARGE)
        if self._hosts != 1 or _names_another_host(self.url, self._host):
            self._stop_parsing(_BAD_HOST)
        version = self.parser.get_http_version()
        if version != "1.1" and (version != "1.0" or self._encoding is not None):
            self._stop_parsing(_GARBAGE)
        # Of the encodings that frame a body this is the only one; llhttp takes others, and waits for their ends.
        if self._encoding not in (None, b"chunked") or self.parser.get_method() == b"CONNECT":
            self._stop_parsing(_GARBAGE)
        # No target has a fragment (RFC 9112 §3.2): some would cut it off, and others look for a path with it.
        if b"#" in self.url:
            self._stop_parsing(_GARBAGE)
        self._in_head = False

    @override
    def on_message_complete(self) -> None:
        self._in_head = True
        self._has_begun = False
        self._raw_head_bytes = 0
        if self._is_put_off:
            return
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
    def timeout_keep_alive_handler(self) -> None:
        """Nothing has come for long: a client that has not even read its last answer is not waited for."""
        if self.flow.write_paused:
            self.transport.abort()
        else:
            self.transport.close()

    def _require_handshake(self, headers: dict[bytes, bytes]) -> None:
        """What the WebSocket protocol would refuse in words of its own, or wait for in vain (RFC 6455 §4.2.1)."""
        if headers.get(b"sec-websocket-version") != b"13":
            self._stop_parsing(_BAD_VERSION)
        is_read = self.parser.get_method() == b"GET" and self.parser.get_http_version() == "1.1"
        key = headers.get(b"sec-websocket-key", b"")
        if not is_read or _KEY.fullmatch(key) is None or not _FRAMING.isdisjoint(headers):
            self._stop_parsing(_GARBAGE)

    def _watch(self, name: bytes, value: bytes) -> None:
        if name == b"host":
            self._hosts += 1
            self._host = value
        elif name == b"transfer-encoding":
            self._encoding = value.lower() if self._encoding is None else b"more than one"
        elif value.lower() != b"100-continue":
            self._stop_parsing(_BAD_EXPECTATION)
        else:
            self.expect_100_continue = True

    def _leave_http_or_stay(self, rest: bytes) -> None:
        """A request for another protocol than WebSocket is one in this (RFC 9110 §7.8), with what follows its head.

        The parser has taken it for the end of all HTTP, so that another reads on, and the head without its offer.
        """
        if not self._is_put_off:
            self.handle_websocket_upgrade()
            return
        line = b"%b %b HTTP/%b\r\n" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        fields = [b"%b: %b\r\n" % pair for pair in self.headers if pair[0] != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.data_received(b"".join([line, *fields, b"\r\n", rest]))

    def _stop_parsing(self, refusal: ServiceError) -> None:
        """Whatever a parser callback raises comes out of the parser as an error of its own."""
        self._refusal = refusal
        raise refusal

    def _on_slow_head(self) -> None:
        self._head_timer = None
        if self._raw_head_bytes == 0:
            self.transport.close()
        elif self._in_head:
            self.refuse(_TOO_SLOW)

    def _stop_timers(self) -> None:
        for timer in (self._head_timer, self._linger_timer):
            if timer is not None:
                timer.cancel()
        self._head_timer = self._linger_timer = None

    def refuse(self, error: ServiceError, request_id: str | None = None) -> None:
        """Answer with a problem and close."""
        if self.transport.is_closing():
            return
        if self._is_answering():
            # An earlier request of this connection gets its answer whole; this one gets none.
            self.cycle.keep_alive = False
            self.transport.pause_reading()
            return
        request_id = request_id or str(new_id())
        body = problem_bytes(error, "/", request_id)
        fields = {
            **problem_headers(error),
            "content-length": str(len(body)),
            "x-request-id": request_id,
            **_SAFE,
            "connection": "close",
        }
        head = b"".join(f"{name}: {value}\r\n".encode() for name, value in fields.items())
        self.transport.write(STATUS_LINE[error.kind.status] + head + b"\r\n" + body)
        self.transport.close()
        traffic.refused_unread(error.kind.status)

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
