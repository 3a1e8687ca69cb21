"""A service as the gateway reaches it: kept connections, deadlines, a breaker."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from services.gateway.proxy.upstream_connection import (
    UpstreamConnection,
    UpstreamGarbage,
    UpstreamLost,
    UpstreamSilent,
)
from shared.errors import Kind, ServiceError
from shared.resilience.circuit_breaker import CircuitBreaker

CONNECT_SECONDS = 2.0
KEPT = 64
RETRY_AFTER_SECONDS = 1
UNIX = "unix:"
TCP = "tcp:"


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A request as it is sent: the whole head, and the body as it comes."""

    head: bytes
    body: AsyncIterator[bytes] | None
    is_chunked: bool
    method: str

    @property
    def is_repeatable(self) -> bool:
        """Whether it may be sent twice (RFC 9110 §9.2.2); a body that has begun to flow cannot."""
        return self.method in {"GET", "HEAD", "OPTIONS"} and self.body is None


class Upstream:
    """Connections to one service; the one used last is used first."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._idle: list[UpstreamConnection] = []
        self._breaker = CircuitBreaker()

    async def send(self, request: OutgoingRequest) -> UpstreamConnection:
        """Send a request and wait for the head of the answer; give the connection back with `release`.

        A kept connection that the service closed meanwhile is replaced once, for requests that may be repeated.

        Raises:
            ServiceError: unavailable `service-unavailable`; gateway_timeout `service-timeout`; bad_gateway
                `service-garbled`.
        """
        if not self._breaker.allows():
            raise _unavailable()
        connection = self._kept()
        is_kept = connection is not None
        try:
            return await self._exchange(connection or await self._connect(), request)
        except UpstreamLost as lost:
            if not (is_kept and lost.is_clean and request.is_repeatable):
                raise self._failed(lost) from lost
        try:
            return await self._exchange(await self._connect(), request)
        except UpstreamLost as lost:
            raise self._failed(lost) from lost

    def release(self, connection: UpstreamConnection) -> None:
        """Keep the connection for the next request, or close it when its exchange is not over."""
        if connection.is_reusable and len(self._idle) < KEPT:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close what is kept."""
        for connection in self._idle:
            connection.close()

    async def _exchange(self, connection: UpstreamConnection, request: OutgoingRequest) -> UpstreamConnection:
        try:
            await connection.send(
                request.head, request.body, is_chunked=request.is_chunked, is_head=request.method == "HEAD"
            )
        except UpstreamSilent:
            connection.close()
            self._breaker.failed()
            raise ServiceError(Kind.GATEWAY_TIMEOUT, "service-timeout", "The service did not answer in time.") from None
        except UpstreamGarbage:
            raise ServiceError(Kind.BAD_GATEWAY, "service-garbled", "The service's answer cannot be read.") from None
        except BaseException:
            connection.close()
            raise
        self._breaker.succeeded()
        return connection

    def _kept(self) -> UpstreamConnection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_reusable:
                return connection
        return None

    async def _connect(self) -> UpstreamConnection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                if self._address.startswith(UNIX):
                    path = self._address.removeprefix(UNIX)
                    _, connection = await loop.create_unix_connection(UpstreamConnection, path)
                else:
                    host, _, port = self._address.removeprefix(TCP).rpartition(":")
                    _, connection = await loop.create_connection(UpstreamConnection, host, int(port))
        except (OSError, TimeoutError):
            self._breaker.failed()
            raise _unavailable() from None
        return connection

    def _failed(self, lost: UpstreamLost) -> ServiceError:
        self._breaker.failed()
        if lost.is_clean:
            return _unavailable()
        return ServiceError(Kind.BAD_GATEWAY, "service-lost", "The service ended before its answer was whole.")


def _unavailable() -> ServiceError:
    detail = "The service that answers this is away for a moment."
    return ServiceError(Kind.UNAVAILABLE, "service-unavailable", detail, retry_after_seconds=RETRY_AFTER_SECONDS)
