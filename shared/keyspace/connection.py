"""One connection to a territory's keyspace. Nobody waits for it longer than 50 ms, and not at all while it is away."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any, Self

from redis.asyncio.connection import parse_url

from shared.keyspace.wire import Refused, Reply, Wire
from shared.observability.logging import get_logger
from shared.resilience.circuit_breaker import CircuitBreaker, State

log = get_logger()

WAIT_SECONDS = 0.05
PAUSE_SECONDS = 1.0


class KeyspaceUnavailable(Exception):
    """Redis did not answer in time, or has not for a while: do without it."""


class Script:
    """A Lua script, sent whole only where the server does not know it yet."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()


class Keyspace:
    """Commands on one territory's keys, as its ACL user. Connects on first use, and again after a loss."""

    def __init__(self, url: str) -> None:
        self._address: dict[str, Any] = dict(parse_url(url))
        self._wire: Wire | None = None
        self._opening = asyncio.Lock()
        self._breaker = CircuitBreaker(failures=1, pause_seconds=PAUSE_SECONDS)

    @property
    def is_available(self) -> bool:
        """What is believed of it, without asking."""
        return self._breaker.state is State.CLOSED

    async def run(self, script: Script, keys: Sequence[str], arguments: Sequence[str | float]) -> list[int]:
        """Run a script in one round trip; two when the server has not seen it.

        Raises:
            KeyspaceUnavailable: no answer within 50 ms, or none lately.
        """
        parts = (len(keys), *keys, *arguments)
        try:
            answer: list[int] = await self._ask("EVALSHA", script.digest, *parts)
        except Refused as error:
            if not str(error).startswith("NOSCRIPT"):
                raise self._failed(error) from error
            answer = await self.call("EVAL", script.source, *parts)
        return answer

    async def call(self, *parts: str | float) -> Reply:
        """One command, its name first; the reply as bytes, int, list or None.

        Raises:
            KeyspaceUnavailable: as `run`.
        """
        try:
            return await self._ask(*parts)
        except Refused as error:
            raise self._failed(error) from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._wire is not None:
            self._wire.close()

    async def _ask(self, *parts: str | float) -> Reply:
        if not self._breaker.allows():
            raise KeyspaceUnavailable
        try:
            wire = self._wire if self._wire is not None and self._wire.is_open else await self._opened()
            reply = await _within_limit(wire.send(*parts))
        except Refused:
            self._breaker.succeeded()
            raise
        except (OSError, TimeoutError) as error:
            if self._wire is not None:
                self._wire.close()
            raise self._failed(error) from error
        self._breaker.succeeded()
        return reply

    def _failed(self, error: Exception) -> KeyspaceUnavailable:
        if self.is_available:
            log.warning("keyspace.lost", error=repr(error))
        self._breaker.failed()
        return KeyspaceUnavailable()

    async def _opened(self) -> Wire:
        async with asyncio.timeout(WAIT_SECONDS), self._opening:
            if self._wire is None or not self._wire.is_open:
                self._wire = await self._open()
            return self._wire

    async def _open(self) -> Wire:
        loop, address = asyncio.get_running_loop(), self._address
        if "path" in address:
            _, wire = await loop.create_unix_connection(Wire, address["path"])
        else:
            _, wire = await loop.create_connection(Wire, address["host"], address.get("port", 6379))
        try:
            await wire.send("AUTH", address.get("username", "default"), address.get("password", ""))
        except Refused as error:
            wire.close()
            raise ConnectionRefusedError(str(error)) from error
        except asyncio.CancelledError:
            wire.close()
            raise
        return wire


async def _within_limit(reply: asyncio.Future[Reply]) -> Reply:
    """The reply, or TimeoutError after 50 ms.

    Not `asyncio.timeout`, which after a stall of our own would drop a reply that has already come.
    """
    timer = asyncio.get_running_loop().call_later(WAIT_SECONDS, _expire, reply)
    try:
        return await reply
    finally:
        timer.cancel()


def _expire(reply: asyncio.Future[Reply]) -> None:
    if not reply.done():
        reply.set_exception(TimeoutError())
