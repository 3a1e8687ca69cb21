"""The outermost layer of a service, pure ASGI: request id and trace, limits and deadlines for bodies, log, metrics."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.errors import Kind, ServiceError
from shared.observability.logging import get_logger
from shared.observability.request_context import RequestContext, current_request, new_context
from shared.observability.traffic import traffic
from shared.service.addresses import is_inner
from shared.service.denial import Denial
from shared.service.drain import Drain
from shared.service.exchange import LARGEST_BODY_BYTES, Exchange
from shared.service.proxies import Client, proxies_in
from shared.settings.service_settings import ServiceSettings
from shared.web.problems import internal_error

log = get_logger()

LONGEST_ADDRESS = 64
FORWARDED = b"x-forwarded-for"
TIMEOUT_HEADER = b"x-request-timeout"
"""By which the gateway tells a service how many milliseconds it has."""
LONGEST_TIMEOUT_DIGITS = 7


class Edge:
    """Wraps the whole app; a WebSocket passes through with a request id of its own."""

    def __init__(
        self,
        app: ASGIApp,
        settings: ServiceSettings,
        drain: Drain,
        largest_body_bytes: int = LARGEST_BODY_BYTES,
    ) -> None:
        self.app = app
        self._largest_body_bytes = largest_body_bytes
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
                seconds = seconds_to_answer(scope, headers, self._settings)
                await self._http(Exchange(scope, receive, send, headers, context, self._drain), seconds)
            else:
                await self._socket(scope, receive, Denial(scope, send, context))
        finally:
            current_request.reset(token)

    async def _socket(self, scope: Scope, receive: Receive, denial: Denial) -> None:
        try:
            await self.app(scope, receive, denial.send)
        except ServiceError as error:
            await denial.refuse(error)

    async def _http(self, exchange: Exchange, seconds: float | None) -> None:
        traffic.in_flight += 1
        try:
            exchange.require_acceptable_length(self._largest_body_bytes)
            await self._answered(exchange, seconds)
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
            traffic.in_flight -= 1
            exchange.report()

    async def _answered(self, exchange: Exchange, seconds: float | None) -> None:
        """Within so many seconds until the answer begins; the gateway has answered for the service by then.

        Raises:
            ServiceError: gateway_timeout `service-timeout`; whatever the app raises.
        """
        if seconds is None:
            await self.app(exchange.scope, exchange.receive, exchange.send)
            return
        deadline = exchange.deadline = asyncio.timeout(seconds)
        try:
            async with deadline:
                try:
                    await self.app(exchange.scope, exchange.receive, exchange.send)
                finally:
                    exchange.deadline = None
        except TimeoutError:
            if deadline.expired():
                raise _too_late() from None
            raise


def context_of(scope: Mapping[str, Any], headers: Mapping[bytes, bytes], settings: ServiceSettings) -> RequestContext:
    """The request's identity, continued from what the caller sent of it, and the client as far as it is known."""
    client = _client_of(scope, headers, settings)
    return new_context(
        text(headers, b"x-request-id"),
        text(headers, b"traceparent"),
        client.address,
        is_secure=client.is_secure,
        host=client.host,
    )


def seconds_to_answer(
    scope: Mapping[str, Any], headers: Mapping[bytes, bytes], settings: ServiceSettings
) -> float | None:
    """How long the gateway waits until the answer begins; None where it does not say."""
    given = headers.get(TIMEOUT_HEADER)
    if given is None or not given.isdigit() or not is_inner(scope, settings):
        return None
    return int(given[:LONGEST_TIMEOUT_DIGITS]) / 1000


def _client_of(scope: Mapping[str, Any], headers: Mapping[bytes, bytes], settings: ServiceSettings) -> Client:
    """The peer or whom trusted proxies name; at an inner address whom the gateway names."""
    forwarded = text(headers, FORWARDED)
    if forwarded is not None and is_inner(scope, settings):
        return Client(forwarded[:LONGEST_ADDRESS])
    peer: tuple[str, Any] | None = scope.get("client")
    address = peer[0] if peer else None
    if not settings.trusted_proxies:
        return Client(address)
    return proxies_in(settings.trusted_proxies).client_of(address, scope["headers"])


def text(headers: Mapping[bytes, bytes], name: bytes) -> str | None:
    """A header's value, None where it is not there."""
    value = headers.get(name)
    return value.decode("latin-1") if value is not None else None


def _too_late() -> ServiceError:
    return ServiceError(Kind.GATEWAY_TIMEOUT, "service-timeout", "The service did not answer in time.")


def _shutting_down() -> ServiceError:
    return ServiceError(
        Kind.UNAVAILABLE, "shutting-down", "This instance ended before it could answer.", retry_after_seconds=1
    )
