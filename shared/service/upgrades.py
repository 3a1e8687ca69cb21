"""WebSocket handshakes that a service takes off its server's hands."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from shared.observability.request_context import RequestContext
from shared.service.express import Headers


@dataclass(frozen=True, slots=True)
class Handshake:
    """A client that asks to switch protocols; the names of headers are in lower case."""

    target: bytes
    headers: Headers
    context: RequestContext


class Upgraded(Protocol):
    """What the client's connection is given to."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The client is there."""

    def data_received(self, data: bytes) -> None:
        """It says something."""

    def shutdown(self) -> None:
        """The server ends."""

    def leave(self) -> None:
        """The client was gone before it came to anything."""


class Upgrades(Protocol):
    """What a service places on `app.state.upgrades`."""

    async def join(self, handshake: Handshake, on_end: Callable[[Upgraded], None]) -> Upgraded:
        """Let the client in; `on_end` is told when it has left.

        Raises:
            ServiceError: the handshake is refused.
        """
