"""A service as the gateway reaches it: its replicas, how much may be under way, deadlines, and what is tried again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from time import monotonic

from services.gateway.proxy.exchange import Exchange
from services.gateway.proxy.replica import Replica, ReplicaAway
from services.gateway.proxy.retry_budget import RetryBudget
from services.gateway.proxy.upstream_connection import (
    UpstreamConnection,
    UpstreamFailure,
    UpstreamGarbage,
    UpstreamLost,
    UpstreamSilent,
)
from shared.errors import Kind, ServiceError
from shared.resilience.circuit_breaker import State

# Requests under way to one service: more would only wait in it.
MOST_BUSY = 512
# Requests that wait for something to happen, and answers without an end, cost a connection and nothing else.
MOST_LASTING = 10_000
RETRY_AFTER_SECONDS = 1
# How exactly deadlines are kept.
SWEEP_SECONDS = 0.05
REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A request as it is sent: the whole head, and the body, whole or as it comes.

    `may_repeat` is said by whoever knows that doing it twice does it once.
    """

    head: bytes
    body: AsyncIterator[bytes] | bytes | None
    is_chunked: bool
    method: str
    seconds: float
    lasts: bool = False
    may_repeat: bool = False

    @property
    def is_repeatable(self) -> bool:
        """Whether it may be sent twice (RFC 9110 §9.2.2); a body that has begun to flow cannot."""
        is_whole = self.body is None or isinstance(self.body, bytes)
        return is_whole and (self.may_repeat or self.method in REPEATABLE)


class Upstream:
    """The replicas of one service; the least busy one is asked, and none that has failed five times in a row."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._replicas = [Replica(address) for address in addresses]
        self._budget = RetryBudget()
        self._lasting = 0
        self._connecting = 0
        self._sweeper: asyncio.TimerHandle | None = None
        self._by_connection: dict[UpstreamConnection, Replica] = {}

    def reserve(self) -> UpstreamConnection | None:
        """A kept connection to the least busy replica, without waiting; None when one would have to be made.

        Lent until `give_back`.
        """
        replica = min(self._replicas, key=_turn) if len(self._replicas) > 1 else self._replicas[0]
        if replica.breaker.state is not State.CLOSED or self._is_full():
            return None
        if self._sweeper is None:
            self._look_again()
        connection = replica.kept(monotonic())
        if connection is not None:
            self._lend(connection, replica)
            self._budget.earn()
        return connection

    async def connect(self) -> UpstreamConnection:
        """A new connection, for a request that found none kept; lent until `give_back`.

        Raises:
            ServiceError: unavailable `service-unavailable`, `service-busy`.
        """
        self._admit(lasts=False)
        self._budget.earn()
        return await self._connection(is_fresh=True)

    async def reconnect(self) -> UpstreamConnection | None:
        """A new connection to send a request on again, None when the budget for that is spent.

        Raises:
            ServiceError: unavailable `service-unavailable`.
        """
        if not self._budget.spend():
            return None
        return await self._connection(is_fresh=True)

    async def send(self, request: OutgoingRequest) -> Exchange:
        """Send a request and wait for the head of the answer; give the exchange back with `release`.

        Where nothing was sent another replica is tried; what was sent is sent again once, when that is safe, the
        connection ended without a byte, and the budget allows it.

        Raises:
            ServiceError: unavailable `service-unavailable`, `service-busy`; gateway_timeout `service-timeout`;
                bad_gateway `service-lost`, `service-garbled`.
        """
        self._admit(lasts=request.lasts)
        self._budget.earn()
        self._lasting += request.lasts
        try:
            return await self._sent(request)
        except UpstreamFailure as failure:
            self._lasting -= request.lasts
            raise problem_of(failure) from failure
        except BaseException:
            self._lasting -= request.lasts
            raise

    def release(self, exchange: Exchange) -> None:
        """Give back what `send` lent; an exchange that is not over is broken off."""
        self._lasting -= exchange.lasts
        exchange.leave()
        self.give_back(exchange.connection)

    def give_back(self, connection: UpstreamConnection) -> None:
        """Give back what `reserve` lent."""
        replica = self._by_connection.pop(connection, None)
        if replica is not None:
            replica.give_back(connection, monotonic())

    def finish(self, connection: UpstreamConnection) -> None:
        """Give back what `reserve` lent, the replica having answered."""
        replica = self._by_connection.pop(connection)
        _answered(replica, connection)
        replica.give_back(connection, monotonic())

    def failed(self, connection: UpstreamConnection) -> None:
        """The replica has not answered."""
        replica = self._by_connection.get(connection)
        if replica is not None:
            replica.breaker.failed()

    def close(self) -> None:
        """Close every connection."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        for replica in self._replicas:
            replica.close()

    async def _sent(self, request: OutgoingRequest) -> Exchange:
        connection = await self._connection()
        try:
            return await self._exchange(connection, request)
        except UpstreamLost as lost:
            again = lost.is_clean and request.is_repeatable and await self.reconnect()
            if not again:
                raise
        return await self._exchange(again, request)

    def _admit(self, *, lasts: bool) -> None:
        if self._lasting >= MOST_LASTING if lasts else self._is_full():
            detail = "The service that answers this has more to do than it can; ask again."
            raise ServiceError(Kind.UNAVAILABLE, "service-busy", detail, retry_after_seconds=RETRY_AFTER_SECONDS)

    def _is_full(self) -> bool:
        return len(self._by_connection) + self._connecting - self._lasting >= MOST_BUSY

    def _pick(self, *, but: Sequence[Replica] = ()) -> Replica | None:
        """The least busy replica that may be asked."""
        for replica in sorted(self._replicas, key=_turn):
            if replica not in but and replica.breaker.allows():
                return replica
        return None

    async def _connection(self, *, is_fresh: bool = False) -> UpstreamConnection:
        """A connection; every replica that may be asked is tried once."""
        self._look_again()
        tried: list[Replica] = []
        while (replica := self._pick(but=tried)) is not None:
            tried.append(replica)
            kept = None if is_fresh else replica.kept(monotonic())
            self._connecting += 1
            try:
                connection = kept or await replica.connect()
            except ReplicaAway:
                continue
            finally:
                self._connecting -= 1
            self._lend(connection, replica)
            return connection
        raise unavailable()

    def _lend(self, connection: UpstreamConnection, replica: Replica) -> None:
        self._by_connection[connection] = replica
        if self._sweeper is None:
            self._sweeper = asyncio.get_running_loop().call_later(SWEEP_SECONDS, self._sweep)

    def _look_again(self) -> None:
        """After a rest another instance may have come: what is kept to the one before must not be used."""
        if self._sweeper is None:
            self._sweep()

    def _sweep(self) -> None:
        now = monotonic()
        for replica in self._replicas:
            replica.sweep(now)
        # As long as something is under way; what is idle is looked at when it is wanted.
        self._sweeper = (
            asyncio.get_running_loop().call_later(SWEEP_SECONDS, self._sweep) if self._by_connection else None
        )

    async def _exchange(self, connection: UpstreamConnection, request: OutgoingRequest) -> Exchange:
        exchange = Exchange(connection, lasts=request.lasts)
        try:
            await exchange.send(
                request.head,
                request.body,
                is_chunked=request.is_chunked,
                is_head=request.method == "HEAD",
                seconds=request.seconds,
            )
        except UpstreamFailure:
            self.failed(connection)
            self.give_back(connection)
            raise
        except BaseException:
            connection.abandon()
            self.give_back(connection)
            raise
        _answered(self._by_connection[connection], connection)
        return exchange


def _answered(replica: Replica, connection: UpstreamConnection) -> None:
    replica.breaker.succeeded()
    if not connection.is_kept_alive:
        # It says with its answer that it is about to leave.
        replica.retire()


def _turn(replica: Replica) -> tuple[bool, bool, int]:
    """Who is asked first: once in a while one that may be back, else the least busy of those that answer."""
    breaker = replica.breaker
    return not breaker.is_due, breaker.state is not State.CLOSED, replica.load


def problem_of(failure: UpstreamFailure) -> ServiceError:
    """What a client is told when a service did not answer."""
    if isinstance(failure, UpstreamSilent):
        return ServiceError(Kind.GATEWAY_TIMEOUT, "service-timeout", "The service did not answer in time.")
    if isinstance(failure, UpstreamGarbage):
        return ServiceError(Kind.BAD_GATEWAY, "service-garbled", "The service's answer cannot be read.")
    if isinstance(failure, UpstreamLost) and not failure.is_clean:
        return ServiceError(Kind.BAD_GATEWAY, "service-lost", "The service ended before its answer was whole.")
    return unavailable()


def unavailable() -> ServiceError:
    """Nobody answers for the service now."""
    detail = "The service that answers this is away for a moment."
    return ServiceError(Kind.UNAVAILABLE, "service-unavailable", detail, retry_after_seconds=RETRY_AFTER_SECONDS)
