"""Letting WebSockets through: for which host, at which path, and to which instance of the websocket service."""

import asyncio
from collections.abc import Callable, Sequence

from services.gateway.live.tunnel import ClientEnd, ServiceEnd
from services.gateway.policies.matching import Routing
from services.gateway.policies.route import WEBSOCKET
from services.gateway.proxy.addresses import Address
from services.gateway.proxy.headers import service_lines
from services.gateway.proxy.upstream import problem_of
from services.gateway.proxy.upstream_connection import UpstreamFailure, UpstreamLost
from services.gateway.resolution.hosts import host_of
from shared.service.upgrades import Handshake
from shared.territory.registry import TerritoryRegistry
from shared.web.problems import from_status

OPEN_SECONDS = 5.0


class Tunnels:
    """To the instances of the websocket service, the first that answers."""

    def __init__(self, addresses: Sequence[str], registry: TerritoryRegistry, routing: Routing) -> None:
        self._addresses = [Address(text) for text in addresses]
        self._registry = registry
        self._routing = routing

    async def join(self, handshake: Handshake, on_end: Callable[[ClientEnd], None]) -> ClientEnd:
        """Upgrades: open the other side with the client's origin, host, query and subprotocols.

        Raises:
            ServiceError: not_found `route-not-found`; malformed `bad-host`; misdirected `unknown-host`; unavailable
                `service-unavailable`; gateway_timeout `service-timeout`; bad_gateway `service-garbled`, `service-lost`.
        """
        path, found, query = handshake.target.partition(b"?")
        if self._routing.find("GET", path).route.service != WEBSOCKET:
            raise from_status(404)
        host = host_of(handshake.headers, handshake.context)
        self._registry.resolve_host(host)
        own = own_lines(handshake, host)
        request = b"GET /ws%b%b HTTP/1.1\r\n%b\r\n" % (found, query, service_lines(handshake.headers, own))
        return ClientEnd(await self._answered(request), on_end)

    async def _answered(self, request: bytes) -> ServiceEnd:
        """The first instance that answers; one that does not is asked last by those who come later.

        Raises:
            ServiceError: as `problem_of`, of the last one.
        """
        failure: UpstreamFailure = UpstreamLost(is_clean=True)
        for address in list(self._addresses):
            try:
                service = await _connected(address, request)
                await service.ask()
            except UpstreamFailure as failed:
                failure = failed
                self._addresses.remove(address)
                self._addresses.append(address)
            else:
                return service
        raise problem_of(failure)


async def _connected(address: Address, request: bytes) -> ServiceEnd:
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            return await address.connect(lambda: ServiceEnd(request))
    except (OSError, TimeoutError):
        raise UpstreamLost(is_clean=True) from None


def own_lines(handshake: Handshake, host: str) -> bytes:
    """What the gateway says to the service, each line with its end."""
    context = handshake.context
    lines = [
        f"host: {host}",
        "upgrade: websocket",
        "connection: Upgrade",
        f"x-request-id: {context.request_id}",
        f"traceparent: {context.traceparent}",
    ]
    if context.client_address:
        lines.append(f"x-forwarded-for: {context.client_address}")
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")
