"""The HTTP protocol of our services: what an express lane may take is held back until it is whole."""

from asyncio import BaseProtocol, TimerHandle, Transport
from collections.abc import Mapping
from typing import Any, cast

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from shared.errors import ServiceError
from shared.observability.request_context import RequestContext, new_context
from shared.service.drain import Drain
from shared.service.edge import FORWARDED, context_of, text
from shared.service.exchange import LARGEST_BODY_BYTES
from shared.service.express import ExpressLane, ExpressRequest, Ride
from shared.service.http_protocol import LONGEST_TARGET_BYTES, GuardedProtocol
from shared.service.known_heads import Head, KnownHeads
from shared.service.upgrades import Handshake, Upgrades
from shared.settings.service_settings import ServiceSettings

# What makes a request more than plain.
_SPECIAL = frozenset((b"transfer-encoding", b"content-encoding", b"expect", b"upgrade", b"trailer"))
_KEPT = b"keep-alive"
_LAST = b"connection: close\r\n\r\n"
_NOT_LAST = b"\r\n"
# So long a client that rests may keep its connection to a server that ends.
REST_SECONDS = 2.0
_known_heads = KnownHeads()


class _OwnLines:
    """What the server says in every answer: made anew when it is said anew, each second."""

    def __init__(self) -> None:
        self._headers: list[tuple[bytes, bytes]] = []
        self._lines = b""

    def of(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        """As lines of a head; a list that is the same has not changed."""
        if headers is not self._headers:
            self._headers = headers
            self._lines = b"".join([b"%b: %b\r\n" % pair for pair in headers])
        return self._lines


_own_lines = _OwnLines()


class ExpressProtocol(GuardedProtocol):
    """The client's end of a ride, too."""

    _lane: ExpressLane | None = None
    _ridden: Head | None = None
    _body = b""
    _ride: Ride | None = None
    _idle_timer: TimerHandle | None = None
    _idle_since = 0.0

    @override
    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        super().connection_made(transport)
        state = self.app.state
        self._express: ExpressLane | None = getattr(state, "express", None)
        self._drain: Drain = state.drain
        self._settings: ServiceSettings = state.settings
        self._ends = {"client": self.client, "server": self.server}
        self._address = self.client[0] if self.client else None
        self._is_client = not self._settings.trusted_proxies

    @property
    def is_gone(self) -> bool:
        """Client."""
        return self.transport.is_closing()

    @property
    def last_lines(self) -> bytes:
        """Client."""
        return _own_lines.of(self.server_state.default_headers) + (_LAST if self._is_last else _NOT_LAST)

    def write(self, data: bytes) -> None:
        """Client."""
        if not self.transport.is_closing():
            self.transport.write(data)

    def end(self) -> None:
        """Client."""
        is_last, ride, self._ride = self._is_last, self._ride, None
        if ride is not None:
            ride.response_complete = True
        if is_last:
            self.transport.close()
        if self.pipeline:
            self.on_response_complete()
            return
        self.server_state.total_requests += 1
        self._idle_since = self.loop.time()
        if self._idle_timer is None:
            self._idle_timer = self.loop.call_later(self.timeout_keep_alive, self._look_whether_idle)

    def abort(self) -> None:
        """Client."""
        self.transport.abort()

    def _look_whether_idle(self) -> None:
        """One timer that looks again now and then, instead of one a request."""
        self._idle_timer = None
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        is_busy = self._ride is not None or not self.cycle.response_complete or self._raw_head_bytes > 0
        if is_busy or left > 0:
            again = max(left, 1.0)
            self._idle_timer = self.loop.call_later(again, self._look_whether_idle)
        elif self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_handler()

    @override
    def shutdown(self) -> None:
        """The server ends. A client that may just be sending is served once more, and told that it was the last time.

        It must not be cut off: what was sent to a connection that is closed is lost, and may not be sent again.
        """
        if self._is_idle():
            self.loop.call_later(min(REST_SECONDS, self._settings.drain_seconds / 2), self._leave)
        else:
            self.cycle.keep_alive = False

    def _leave(self) -> None:
        if self._is_idle() and not self._raw_head_bytes:
            self.transport.close()

    def _is_idle(self) -> bool:
        cycle: RequestResponseCycle | Ride | None = self.cycle
        return cycle is None or cycle.response_complete

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        ride, self._ride = self._ride, None
        if ride is not None:
            ride.on_departure()

    @override
    def data_received(self, data: bytes) -> None:
        is_first_packet = not self._has_begun and not self._raw_head_bytes
        if is_first_packet and self._is_taken_again(data):
            return
        super().data_received(data)
        ridden, self._ridden = self._ridden, None
        if is_first_packet and ridden is not None:
            self._remember(data, ridden)
        if self._lane is not None:
            # The rest of the body is still to come: the ordinary way has deadlines for that.
            self._go_the_ordinary_way()

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        if self._ride is not None:
            self._ride.on_full()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        if self._ride is not None:
            self._ride.on_room()

    @override
    def on_headers_complete(self) -> None:
        lane, parser = self._express, self.parser
        if (
            lane is not None
            and lane.claims(parser.get_method(), self.url)
            and self._is_alone()
            and not parser.should_upgrade()
        ):
            self.require_acceptable_head()
            self._lane, self._body = lane, b""
        else:
            super().on_headers_complete()

    @override
    def on_body(self, body: bytes) -> None:
        if self._lane is not None:
            self._body += body
        else:
            super().on_body(body)

    @override
    def on_message_complete(self) -> None:
        if self._lane is not None and not self._is_taken(self._lane):
            self._go_the_ordinary_way()
        super().on_message_complete()

    @override
    def handle_websocket_upgrade(self) -> None:
        upgrades: Upgrades | None = getattr(self.app.state, "upgrades", None)
        if upgrades is None:
            super().handle_websocket_upgrade()
            return
        self.transport.pause_reading()
        task = self.loop.create_task(self._upgrade(upgrades))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _upgrade(self, upgrades: Upgrades) -> None:
        context = context_of({**self._ends, "headers": self.headers}, dict(self.headers), self._settings)
        try:
            upgraded = await upgrades.join(Handshake(self.url, self.headers, context), self._server_connections.discard)
        except ServiceError as error:
            self.refuse(error, context.request_id)
            return
        if self.transport.is_closing():
            upgraded.leave()
            return
        self._server_connections.discard(self)
        self._server_connections.add(upgraded)
        self.transport.set_protocol(cast("BaseProtocol", upgraded))
        upgraded.connection_made(self.transport)
        self.transport.resume_reading()

    def _context_of(self, headers: Mapping[bytes, bytes]) -> RequestContext:
        if self._is_client and FORWARDED not in headers:
            # Most requests, and the shortest way to the same.
            return new_context(text(headers, b"x-request-id"), text(headers, b"traceparent"), self._address)
        return context_of({**self._ends, "headers": list(headers.items())}, headers, self._settings)

    @property
    def _server_connections(self) -> set[Any]:
        """Whom the server tells when it ends, and for whom it then waits."""
        return self.connections

    @property
    def _is_last(self) -> bool:
        """Whether the connection ends with the answer that is under way."""
        return self._drain.is_draining or (self._ride is not None and not self._ride.keep_alive)

    def _is_alone(self) -> bool:
        return self._is_free() and self.parser.get_http_version() == "1.1"

    def _is_free(self) -> bool:
        """No request waits for its answer, and the client reads its answers."""
        cycle: RequestResponseCycle | Ride | None = self.cycle
        is_first = cycle is None or (cycle.response_complete and not self.pipeline)
        return is_first and not self.flow.write_paused and not self.transport.is_closing()

    def _go_the_ordinary_way(self) -> None:
        self._lane = None
        self.begin_response()
        if self._body:
            super().on_body(self._body)

    def _is_taken(self, lane: ExpressLane) -> bool:
        headers = dict(self.headers)
        if len(headers) != len(self.headers) or not _is_plain(headers):
            return False
        head = Head(headers)
        if not self._begins(lane, self.parser.get_method(), self.url, head, self._body):
            return False
        self._ridden = head
        return True

    def _remember(self, data: bytes, ridden: Head) -> None:
        """One request, all of it: its fields may come again.

        From its first byte to its last: what is the end of a longer head, and looks like a whole one, stands for fields
        that do not stand in it.
        """
        if not self._has_begun and not self._raw_head_bytes:
            _known_heads.remember(data, ridden)

    def _is_taken_again(self, data: bytes) -> bool:
        """A request whose fields came before need not be parsed."""
        lane = self._express
        if lane is None or not self._is_free():
            return False
        recalled = _known_heads.recall(data)
        if recalled is None:
            return False
        method, target, head, body = recalled
        if len(target) > LONGEST_TARGET_BYTES or not lane.claims(method, target):
            return False
        if not self._begins(lane, method, target, head, body):
            return False
        self._stop_timers()
        self._unset_keepalive_if_required()
        return True

    def _begins(self, lane: ExpressLane, method: bytes, target: bytes, head: Head, body: bytes) -> bool:
        ride = lane.take(ExpressRequest(method, target, head, body, self._context_of(head.fields)), self)
        if ride is None:
            return False
        self._lane = None
        self._ride = ride
        self.cycle = cast("RequestResponseCycle", ride)
        ride.begin()
        return True


def _is_plain(headers: Mapping[bytes, bytes]) -> bool:
    length = headers.get(b"content-length", b"0")
    return (
        _SPECIAL.isdisjoint(headers)
        and headers.get(b"connection", _KEPT).lower() == _KEPT
        and length.isdigit()
        and int(length) <= LARGEST_BODY_BYTES
    )
