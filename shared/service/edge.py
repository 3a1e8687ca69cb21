"""The outermost layer of a service, pure ASGI: request id and trace, limits and deadlines for bodies, log, metrics."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.errors import Kind, ServiceError
from shared.observability.logging import get_logger
from shared.observability.metrics import IN_FLIGHT
from shared.observability.request_context import RequestContext, current_request, new_context
from shared.service.addresses import is_inner
from shared.service.denial import Denial
from shared.service.drain import Drain
from shared.service.exchange import Exchange
from shared.settings.service_settings import ServiceSettings
from shared.web.problems import internal_error

log = get_logger()

LONGEST_ADDRESS = 64


class Edge:
    """Wraps the whole app; a WebSocket passes through with a request id of its own."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings, drain: Drain) -> None:
        self.app = app
        self._settings = settings
        self._drain = drain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        context = context_of(scope, headers, self._settings)
        token = current_request.set(context)
        try:
            if scope["type"] == "http":
                await self._http(Exchange(scope, receive, send, headers, context, self._drain))
            else:
                await self._socket(scope, receive, Denial(scope, send, context))
        finally:
            current_request.reset(token)

    async def _socket(self, scope: Scope, receive: Receive, denial: Denial) -> None:
        try:
            await self.app(scope, receive, denial.send)
        except ServiceError as error:
            await denial.refuse(error)

    async def _http(self, exchange: Exchange) -> None:
        IN_FLIGHT.inc()
        try:
            exchange.require_acceptable_length()
            await self.app(exchange.scope, exchange.receive, exchange.send)
        except ServiceError as error:
            await exchange.refuse(error)
        except asyncio.CancelledError:
            await exchange.refuse(_shutting_down())
            raise
        except Exception:  # the edge of the process: logged whole, answered with a fixed text
            log.exception("request.failed")
            if not await exchange.refuse(internal_error()):
                raise
        finally:
            IN_FLIGHT.dec()
            exchange.report()


def context_of(scope: Mapping[str, Any], headers: Mapping[bytes, bytes], settings: ServiceSettings) -> RequestContext:
    """The request's identity, continued from what the caller sent of it."""
    return new_context(
        _text(headers, b"x-request-id"), _text(headers, b"traceparent"), _client_of(scope, headers, settings)
    )


def _client_of(scope: Mapping[str, Any], headers: Mapping[bytes, bytes], settings: ServiceSettings) -> str | None:
    """The peer; at an inner address the gateway's word for it."""
    forwarded = _text(headers, b"x-forwarded-for")
    if forwarded is not None and is_inner(scope, settings):
        return forwarded[:LONGEST_ADDRESS]
    client: tuple[str, Any] | None = scope.get("client")
    return client[0] if client else None


def _text(headers: Mapping[bytes, bytes], name: bytes) -> str | None:
    value = headers.get(name)
    return value.decode("latin-1") if value is not None else None


def _shutting_down() -> ServiceError:
    return ServiceError(
        Kind.UNAVAILABLE, "shutting-down", "This instance ended before it could answer.", retry_after_seconds=1
    )
