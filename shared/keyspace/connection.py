"""One connection to a territory's keyspace. Nobody waits for it longer than 50 ms, and not at all while it is away."""

import asyncio
from collections.abc import Sequence
from typing import Any, Self

from redis.asyncio.connection import parse_url

from shared.keyspace.wire import WAIT_SECONDS, Command, Plain, Reply, Run, Script, Waiting, Wire, packed
from shared.observability.logging import get_logger
from shared.resilience.circuit_breaker import CircuitBreaker, State

log = get_logger()

OPEN_SECONDS = 1.0
PAUSE_SECONDS = 1.0


class KeyspaceUnavailable(Exception):
    """Redis did not answer in time, or has not for a while: do without it."""


class Keyspace:
    """Commands on one territory's keys, as its ACL user. Connects on first use, and again after a loss."""

    def __init__(self, url: str) -> None:
        self._address: dict[str, Any] = dict(parse_url(url))
        self._wire: Wire | None = None
        self._opening: asyncio.Task[None] | None = None
        self._breaker = CircuitBreaker(failures=1, pause_seconds=PAUSE_SECONDS)
        self._is_left = False

    @property
    def is_available(self) -> bool:
        """What is believed of it, without asking."""
        return self._breaker.state is State.CLOSED

    async def connect(self) -> None:
        """Open the connection if it is not, for 50 ms at most; the next to ask need not."""
        if not self._is_open and self._breaker.allows():
            self._open_soon()
            if self._opening is not None:
                await asyncio.wait([self._opening], timeout=WAIT_SECONDS)

    def begin(self, waiting: Waiting, command: Command) -> None:
        """Send a command with what else is sent in this turn of the loop. Waits for nothing itself.

        It takes one round trip, two when the server has not seen its script. `waiting` is told the reply, or within
        50 ms that there is none; at once while Redis is away or not connected.
        """
        wire = self._wire
        if wire is not None and wire.is_open and self._breaker.state is State.CLOSED:
            wire.send(waiting, command)
        elif not self._breaker.allows():
            waiting.unanswered(KeyspaceUnavailable())
        elif wire is not None and wire.is_open:
            wire.send(_Probe(waiting, self._breaker), command)
        else:
            self._open_soon()
            waiting.unanswered(KeyspaceUnavailable())

    async def run(self, script: Script, keys: Sequence[str], arguments: Sequence[str | float]) -> list[int]:
        """Run a script and wait for its reply; connects first.

        Raises:
            KeyspaceUnavailable: no answer within 50 ms, or none lately.
        """
        await self.connect()
        answer = _Answer()
        self.begin(answer, Run(script, keys, arguments))
        reply: list[int] = await answer.reply
        return reply

    async def call(self, *parts: str | float) -> Reply:
        """One command, its name first; the reply as bytes, int, list or None.

        Raises:
            KeyspaceUnavailable: as `run`.
        """
        await self.connect()
        answer = _Answer()
        self.begin(answer, Plain(packed(parts)))
        return await answer.reply

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._is_left = True
        if self._opening is not None:
            self._opening.cancel()
        if self._wire is not None:
            self._wire.close()

    @property
    def _is_open(self) -> bool:
        return self._wire is not None and self._wire.is_open

    def _failed(self, error: Exception) -> None:
        if self._is_left:
            return
        if self.is_available:
            log.warning("keyspace.lost", error=repr(error))
        self._breaker.failed()

    def _open_soon(self) -> None:
        """One attempt at a time, whoever waits for it or does not."""
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())

    async def _open(self) -> None:
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                self._wire = await self._connected()
        except (OSError, TimeoutError, KeyspaceUnavailable) as error:
            self._failed(error)
        else:
            self._breaker.succeeded()

    async def _connected(self) -> Wire:
        loop, address = asyncio.get_running_loop(), self._address
        if "path" in address:
            _, wire = await loop.create_unix_connection(self._new_wire, address["path"])
        else:
            _, wire = await loop.create_connection(self._new_wire, address["host"], address.get("port", 6379))
        answer = _Answer()
        login = packed(("AUTH", address.get("username", "default"), address.get("password", "")))
        wire.send(answer, Plain(login))
        try:
            await answer.reply
        except (KeyspaceUnavailable, asyncio.CancelledError):
            wire.close()
            raise
        return wire

    def _new_wire(self) -> Wire:
        return Wire(self._failed)


class _Answer:
    """A reply that a coroutine waits for."""

    def __init__(self) -> None:
        self.reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def answered(self, reply: Reply) -> None:
        if not self.reply.done():
            self.reply.set_result(reply)

    def unanswered(self, error: Exception) -> None:
        if not self.reply.done():
            unavailable = KeyspaceUnavailable()
            unavailable.__cause__ = error
            self.reply.set_exception(unavailable)


class _Probe:
    """Hands on what it is told, and that the server answers again."""

    def __init__(self, waiting: Waiting, breaker: CircuitBreaker) -> None:
        self._waiting = waiting
        self._breaker = breaker

    def answered(self, reply: Reply) -> None:
        self._breaker.succeeded()
        self._waiting.answered(reply)

    def unanswered(self, error: Exception) -> None:
        self._waiting.unanswered(error)
