"""Where instances of services listen: `unix:/path` or `tcp:host:port`, and how they are reached."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

UNIX = "unix:"
TCP = "tcp:"
# An instance in the same network answers in less, or refuses; one that has just ended is silent.
PATIENCE_SECONDS = 0.25

P = TypeVar("P", bound=asyncio.Protocol)


class Address:
    """A path, or a name behind which there may be several instances while one takes another's place."""

    def __init__(self, text: str) -> None:
        self.path = text.removeprefix(UNIX) if text.startswith(UNIX) else None
        host, _, port = text.removeprefix(TCP).rpartition(":")
        self._host, self._port = host.strip("[]"), port
        self._known: Sequence[tuple[Any, ...]] = ()

    async def connect(self, protocol: Callable[[], P]) -> P:
        """A connection to the address, spoken to by a protocol of its own.

        Raises:
            OSError: nobody listens.
        """
        loop = asyncio.get_running_loop()
        if self.path is not None:
            _, made = await loop.create_unix_connection(protocol, self.path)
            return made
        *others, last = await self._instances()
        for host, port, *_ in others:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    _, made = await loop.create_connection(protocol, host, port)
                    return made
            except (OSError, TimeoutError):
                continue
        _, made = await loop.create_connection(protocol, last[0], last[1])
        return made

    async def _instances(self) -> Sequence[tuple[Any, ...]]:
        """Where the name leads to; where it led before, for the moment in which nobody has it."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except OSError:
            if not self._known:
                raise
        else:
            self._known = [each[4] for each in found]
        return self._known
