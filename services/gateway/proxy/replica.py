"""One instance of a service at one address: its kept connections, how busy it is, and whether it is to be asked."""

import asyncio
from pathlib import Path

from services.gateway.proxy.addresses import Address
from services.gateway.proxy.upstream_connection import UpstreamConnection
from shared.resilience.circuit_breaker import CircuitBreaker

CONNECT_SECONDS = 2.0
KEPT = 256
# A service closes what it has kept for 30 s; a connection is not used when that may be under way.
KEPT_SECONDS = 20.0


class ReplicaAway(Exception):
    """No connection can be had."""


class Replica:
    """Connections to one address; the one used last is used first."""

    def __init__(self, address: str) -> None:
        self._address = Address(address)
        self.breaker = CircuitBreaker()
        self.busy: set[UpstreamConnection] = set()
        self.connecting = 0
        self._idle: list[tuple[UpstreamConnection, float]] = []
        self._generation = 0
        self._inode: int | None = None

    @property
    def load(self) -> int:
        """Requests that it answers, or is about to be asked."""
        return len(self.busy) + self.connecting

    def kept(self, now: float) -> UpstreamConnection | None:
        """A connection that can be used at once; it is busy from now on."""
        while self._idle:
            connection, since = self._idle.pop()
            if connection.is_reusable and now - since < KEPT_SECONDS:
                self.busy.add(connection)
                return connection
            connection.close()
        return None

    async def connect(self) -> UpstreamConnection:
        """A new connection, busy from now on.

        Raises:
            ReplicaAway: nobody listens, or not within two seconds.
        """
        self._notice_another_instance()
        self.connecting += 1
        try:
            connection = await self._connected()
        except (OSError, TimeoutError):
            self.breaker.failed()
            raise ReplicaAway from None
        finally:
            self.connecting -= 1
        connection.generation = self._generation
        self.busy.add(connection)
        return connection

    async def _connected(self) -> UpstreamConnection:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await self._address.connect(UpstreamConnection)

    def give_back(self, connection: UpstreamConnection, now: float) -> None:
        """Keep the connection for the next request, or close it when no other may follow."""
        self.busy.discard(connection)
        if connection.is_reusable and connection.generation == self._generation and len(self._idle) < KEPT:
            self._idle.append((connection, now))
        else:
            connection.close()

    def retire(self) -> None:
        """Use none of the connections again that there are now: the instance at their other end is about to leave."""
        self._generation += 1
        for connection, _ in self._idle:
            connection.close()
        self._idle.clear()

    def sweep(self, now: float) -> None:
        """End the turns that are over, and see whether another instance listens at the address by now."""
        for connection in [one for one in self.busy if one.deadline <= now]:
            connection.expire()
        self._notice_another_instance()

    def close(self) -> None:
        """Close everything."""
        self.retire()
        for connection in self.busy:
            connection.close()

    def _notice_another_instance(self) -> None:
        """A newer instance has put its socket in the place of the old one's."""
        if self._address.path is None:
            return
        try:
            inode = Path(self._address.path).stat().st_ino
        except OSError:
            inode = None
        if inode != self._inode:
            self._inode = inode
            self.retire()
