"""One request that passes through: sent to a replica, and its answer handed on as it is read."""

import asyncio

from typing_extensions import override

from services.gateway.answers.compression import is_compressible, is_short
from services.gateway.front.answer_form import AnswerForm
from services.gateway.front.counted_ride import CountedRide
from services.gateway.front.way import Way
from services.gateway.proxy.endurance import STALL_SECONDS
from services.gateway.proxy.headers import Headers
from services.gateway.proxy.upstream import Upstream, problem_of
from services.gateway.proxy.upstream_connection import UpstreamConnection, UpstreamFailure, UpstreamLost
from shared.errors import ServiceError
from shared.observability.logging import get_logger
from shared.observability.request_context import current_request
from shared.service.express import Client, ExpressRequest

log = get_logger()


class PassThrough(CountedRide):
    """Whoever holds the client's and the service's ends tells it what happens there."""

    def __init__(self, client: Client, request: ExpressRequest, way: Way, upstream: Upstream, outgoing: bytes) -> None:
        super().__init__(client, request, way)
        self._upstream = upstream
        self._outgoing = outgoing
        self._form: AnswerForm | None = None
        self._connection: UpstreamConnection | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._is_retried = False
        self._headers: Headers = []
        self._parts: list[bytes] = []
        self._stall: asyncio.TimerHandle | None = None

    @override
    def _go(self) -> None:
        connection = self._upstream.reserve()
        if connection is not None:
            self._send(connection)
        else:
            self._connecting = asyncio.get_running_loop().create_task(self._connect())

    def on_head(self, status: int, headers: Headers) -> None:
        """Receiver."""
        self._status, self._headers = status, headers

    def on_part(self, part: bytes) -> None:
        """Receiver."""
        self._parts.append(part)

    def on_turn(self, *, is_whole: bool) -> None:
        """Receiver."""
        if not self._status:
            return
        if not (is_whole or self.response_started) and self._waits_for_more():
            return
        form = self._form
        if form is None:
            way = self._way
            form = self._form = AnswerForm(way.encoding, way.if_none_match, self.own_lines)
        parts = self._parts
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        parts.clear()
        if self.response_started:
            data = form.go_on(body, is_whole=is_whole)
        else:
            self.response_started = True
            data = form.begin(self._status, self._headers, body, is_whole=is_whole, end=self._client.last_lines)
        self._client.write(data)

    def on_end(self) -> None:
        """Receiver."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self._upstream.finish(connection)
        self._finish()

    def on_failure(self, failure: UpstreamFailure) -> None:
        """Receiver."""
        is_clean = isinstance(failure, UpstreamLost) and failure.is_clean
        connection, self._connection = self._connection, None
        if connection is not None:
            self._upstream.failed(connection)
            self._upstream.give_back(connection)
        if self.response_started:
            # The head is out: to end the connection is the only way to say that the rest is missing.
            self._say("answer.cut_short")
            self._client.abort()
            self._leave()
        elif is_clean and self._way.is_repeatable and not self._is_retried:
            self._is_retried = True
            self._connecting = asyncio.get_running_loop().create_task(self._reconnect(failure))
        else:
            self._refuse(problem_of(failure))

    def on_writable(self) -> None:
        """Receiver; the request was written whole."""

    @override
    def _abandon(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
        if self._connection is not None:
            self._connection.abandon()
            self._upstream.give_back(self._connection)
            self._connection = None

    @override
    def on_full(self) -> None:
        if self._connection is not None:
            self._connection.hold()
        if self._stall is None:
            self._stall = asyncio.get_running_loop().call_later(STALL_SECONDS, self._client.abort)

    @override
    def on_room(self) -> None:
        self._stop_stall_timer()
        if self._connection is not None:
            self._connection.resume()

    async def _connect(self) -> None:
        try:
            connection = await self._upstream.connect()
        except ServiceError as error:
            self._refuse(error)
        else:
            self._send(connection)

    async def _reconnect(self, failure: UpstreamFailure) -> None:
        try:
            connection = await self._upstream.reconnect()
        except ServiceError as error:
            self._refuse(error)
            return
        if connection is None:
            self._refuse(problem_of(failure))
        else:
            self._send(connection)

    def _waits_for_more(self) -> bool:
        """A head whose body is on its way is one write with it, and what is encoded as a whole has a length."""
        may_encode = self._way.encoding is not None and is_compressible(self._status, self._headers)
        return (may_encode or not self._parts) and is_short(self._headers)

    def _send(self, connection: UpstreamConnection) -> None:
        self._connection = connection
        self._connecting = None
        connection.begin(self, is_head=False, seconds=self._way.route.timeout_seconds)
        try:
            connection.write(self._outgoing)
        except UpstreamFailure as failure:
            connection.abandon()
            self.on_failure(failure)

    @override
    def _leave(self) -> None:
        if self._stall is not None:
            self._stop_stall_timer()
        super()._leave()

    def _say(self, event: str) -> None:
        token = current_request.set(self._context)
        try:
            log.warning(event, path=self.path)
        finally:
            current_request.reset(token)

    def _stop_stall_timer(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
