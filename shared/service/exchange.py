"""One request and its answer, watched: size and pace of the body, the request's id on the answer, the record of it."""

import asyncio
from collections.abc import Mapping
from time import perf_counter

from starlette.types import Message, Receive, Scope, Send

from shared.errors import Kind, ServiceError
from shared.observability.request_context import RequestContext
from shared.observability.traffic import traffic
from shared.resilience.deadlines import Pace
from shared.service.drain import Drain
from shared.web.dependencies import (
    ANSWER_HEADERS_SCOPE,
    BODY_LIMIT_SCOPE,
    HEAD_SCOPE,
    ROUTE_SCOPE,
    TERRITORY_SCOPE,
)
from shared.web.problems import problem_bytes, problem_headers

LARGEST_BODY_BYTES = 1 << 20
# A body may take ten seconds, and after that must come at 1 KB/s.
BODY_PACE = Pace(patience_seconds=10.0, slowest_bytes_per_second=1024)
QUIET = ("/health", "/metrics", "/version")


class Exchange:
    """Stands between the server and the app for the length of one request."""

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        headers: Mapping[bytes, bytes],
        context: RequestContext,
        drain: Drain,
    ) -> None:
        self._method = scope["method"]
        # Whatever can be read can be asked for its head (RFC 9110 §9.3.2); the server leaves the body out.
        self.scope = {**scope, "method": "GET", HEAD_SCOPE: True} if self._method == "HEAD" else scope
        self._receive = receive
        self._send = send
        self._headers = headers
        self._context = context
        self._drain = drain
        self.deadline: asyncio.Timeout | None = None
        """What ends the app's work unless its answer begins before."""
        self._began = perf_counter()
        self._received = 0
        self._is_received = False
        self._status: int | None = None

    def require_acceptable_length(self, largest_body_bytes: int) -> None:
        """Refuse by the declared length before anything is read.

        Raises:
            ServiceError: as `require_length`.
        """
        self.scope.setdefault(BODY_LIMIT_SCOPE, largest_body_bytes)
        require_length(self._headers.get(b"content-length"), largest_body_bytes)

    async def receive(self) -> Message:
        """ASGI receive, with a size limit and a deadline that moves with what has come.

        Raises:
            ServiceError: too_large `body-too-large`; timeout `request-timeout`.
        """
        if self._status is not None or self._is_received:
            # All that can come now is the client's departure, whenever that is.
            return await self._receive()
        left = BODY_PACE.seconds_left(perf_counter() - self._began, self._received)
        try:
            async with asyncio.timeout(left):
                message = await self._receive()
        except TimeoutError:
            raise ServiceError(Kind.TIMEOUT, "request-timeout", "The body came too slowly.") from None
        self._received += len(message.get("body", b""))
        self._is_received = not message.get("more_body", False)
        if self._received > self.scope[BODY_LIMIT_SCOPE]:
            raise _too_large(self.scope[BODY_LIMIT_SCOPE])
        return message

    async def send(self, message: Message) -> None:
        """ASGI send; every answer carries the request's id, and asks a client to leave an instance that drains."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            if self.deadline is not None:
                self.deadline.reschedule(None)
            headers = [pair for pair in message.get("headers", ()) if pair[0] != b"x-request-id"]
            headers.append((b"x-request-id", self._context.request_id.encode()))
            headers += self.scope.get(ANSWER_HEADERS_SCOPE, ())
            if self._drain.is_draining:
                headers.append((b"connection", b"close"))
            message = {**message, "headers": headers}
        await self._send(message)

    async def refuse(self, error: ServiceError) -> bool:
        """Answer for the app. False when an answer has begun.

        After a body that is too slow the connection is closed; what is left of any other body the server throws away
        for a while, since a client that is still sending would not see the answer through a reset.
        """
        if self._status is not None:
            return False
        body = problem_bytes(error, self.scope["path"], self._context.request_id)
        fields = {**problem_headers(error), "content-length": str(len(body))}
        headers = [(name.encode(), value.encode()) for name, value in fields.items()]
        await self.send({"type": "http.response.start", "status": error.kind.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})
        return True

    def report(self) -> None:
        """Metrics by route template and territory, and one line in the log."""
        route: str = self.scope.get(ROUTE_SCOPE) or str(getattr(self.scope.get("route"), "path", "none"))
        territory = self.scope.get(TERRITORY_SCOPE, "none")
        kind = traffic.kind(self._method, route, str(self._status or "none"), territory)
        is_quiet = self.scope["path"].startswith(QUIET)
        traffic.answered(kind, perf_counter() - self._began, None if is_quiet else self._context)


def require_length(declared: bytes | None, largest_body_bytes: int) -> None:
    """Go on only with a declared length that the body may have; without one it is counted as it comes.

    Raises:
        ServiceError: too_large `body-too-large`; malformed `bad-request`.
    """
    if declared is None:
        return
    if not declared.isdigit():
        raise ServiceError(Kind.MALFORMED, "bad-request", "The request cannot be read.")
    if int(declared) > largest_body_bytes:
        raise _too_large(largest_body_bytes)


def _too_large(largest_body_bytes: int) -> ServiceError:
    return ServiceError(Kind.TOO_LARGE, "body-too-large", f"A body may have {largest_body_bytes} bytes.")
