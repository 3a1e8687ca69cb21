"""The outermost layer of a service, pure ASGI: request id, trace, size limits, deadlines, access log, metrics."""

import asyncio
from collections.abc import MutableMapping
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import Kind, ServiceError
from shared.observability.logging import get_logger
from shared.observability.metrics import IN_FLIGHT, REQUEST_SECONDS, REQUESTS
from shared.observability.request_context import RequestContext, current_request, new_context
from shared.settings.service_settings import ServiceSettings
from shared.web.problems import problem_bytes, problem_headers

log = get_logger()

LARGEST_BODY_BYTES = 1 << 20
# A body may take ten seconds, and after that must come at 1 KB/s.
PATIENCE_SECONDS = 10.0
SLOWEST_BYTES_PER_SECOND = 1024
QUIET = ("/health", "/metrics", "/version")


class Edge:
    """Wraps the whole app; other kinds of connection pass through with a context of their own."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings) -> None:
        self.app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        context = new_context(_text(headers, b"x-request-id"), _text(headers, b"traceparent"), _client(scope, headers))
        token = current_request.set(context)
        try:
            if scope["type"] == "http":
                await self._http(scope, receive, send, context)
            else:
                await self.app(scope, receive, send)
        finally:
            current_request.reset(token)

    async def _http(self, scope: Scope, receive: Receive, send: Send, context: RequestContext) -> None:
        exchange = Exchange(scope, receive, send, context)
        IN_FLIGHT.inc()
        try:
            exchange.require_acceptable_length()
            await self.app(scope, exchange.receive, exchange.send)
        except ServiceError as error:
            await exchange.refuse(error)
        finally:
            IN_FLIGHT.dec()
            exchange.report()


class Exchange:
    """One request and its answer, watched."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, context: RequestContext) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._context = context
        self._began = perf_counter()
        self._received = 0
        self._status: int | None = None

    def require_acceptable_length(self) -> None:
        """Refuse by the declared length before anything is read."""
        length = dict(self._scope["headers"]).get(b"content-length", b"0")
        if int(length) > LARGEST_BODY_BYTES:
            raise _too_large()

    async def receive(self) -> Message:
        """ASGI receive, with a size limit and a deadline that grows with what has come."""
        if self._status is not None:
            return await self._receive()
        elapsed = perf_counter() - self._began
        allowed = PATIENCE_SECONDS + self._received / SLOWEST_BYTES_PER_SECOND
        try:
            async with asyncio.timeout(max(allowed - elapsed, 0)):
                message = await self._receive()
        except TimeoutError:
            raise ServiceError(Kind.TIMEOUT, "request-timeout", "The body came too slowly.") from None
        self._received += len(message.get("body", b""))
        if self._received > LARGEST_BODY_BYTES:
            raise _too_large()
        return message

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """ASGI send; every answer carries the request's id."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = [pair for pair in message.get("headers", ()) if pair[0] != b"x-request-id"]
            message["headers"] = [*headers, (b"x-request-id", self._context.request_id.encode())]
        await self._send(message)

    async def refuse(self, error: ServiceError) -> None:
        """Answer for the app, and close: what is left of the body is not read."""
        if self._status is not None:
            return
        body = problem_bytes(error, self._scope["path"], self._context.request_id)
        fields = {**problem_headers(error), "content-length": str(len(body)), "connection": "close"}
        headers = [(name.encode(), value.encode()) for name, value in fields.items()]
        await self.send({"type": "http.response.start", "status": error.kind.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    def report(self) -> None:
        """Metrics by route template, and one line in the log."""
        seconds = perf_counter() - self._began
        route = getattr(self._scope.get("route"), "path", "none")
        territory = dict(self._scope["headers"]).get(b"x-territory-id", b"").decode("latin-1")[:32]
        REQUESTS.labels(self._scope["method"], route, str(self._status), "").inc()
        REQUEST_SECONDS.labels(route).observe(seconds)
        if self._scope["path"].startswith(QUIET):
            return
        log.info(
            "request.answered",
            method=self._scope["method"],
            route=route,
            status=self._status,
            duration_ms=round(seconds * 1000, 2),
            territory=territory or None,
        )


def is_inner(scope: Scope, settings: ServiceSettings) -> bool:
    """Whether the request came in at the inner address; a service without one of its own has only that."""
    if settings.inner_listen is None:
        return True
    host, port = scope.get("server") or (None, None)
    if settings.inner_listen.startswith("unix:"):
        return port is None
    return str(port) == settings.inner_listen.rpartition(":")[2] and host is not None


def _text(headers: dict[bytes, bytes], name: bytes) -> str | None:
    value = headers.get(name)
    return value.decode("latin-1") if value is not None else None


def _client(scope: Scope, headers: dict[bytes, bytes]) -> str | None:
    """At an inner service the gateway's word for it; a socket has no peer address."""
    forwarded = _text(headers, b"x-forwarded-for")
    if forwarded is not None:
        return forwarded
    client = scope.get("client")
    return client[0] if client else None


def _too_large() -> ServiceError:
    return ServiceError(Kind.TOO_LARGE, "body-too-large", f"A body may have {LARGEST_BODY_BYTES} bytes.")
