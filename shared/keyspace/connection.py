"""One connection to a territory's keyspace. Nobody waits for it longer than 50 ms, and not at all while it is away."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

from shared.resilience.circuit_breaker import CircuitBreaker

WAIT_SECONDS = 0.05
CONNECTIONS = 4


class KeyspaceUnavailable(Exception):
    """Redis did not answer in time, or has not for a while: do without it."""


class Keyspace:
    """Scripts on one territory's keys, as its ACL user."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=WAIT_SECONDS,
            socket_connect_timeout=WAIT_SECONDS,
            max_connections=CONNECTIONS,
            retry_on_timeout=False,
        )
        self._breaker = CircuitBreaker(failures=1, pause_seconds=1.0)

    @property
    def is_available(self) -> bool:
        """What is believed of it, without asking."""
        return self._breaker.state.value == "closed"

    async def run(self, script: "Script", keys: Sequence[str], arguments: Sequence[str | int | float]) -> list[int]:
        """Run a script in one round trip.

        Raises:
            KeyspaceUnavailable: no answer within 50 ms, or none lately.
        """
        if not self._breaker.allows():
            raise KeyspaceUnavailable
        try:
            answer: list[int] = await script.run(self._redis, keys, arguments)
        except (RedisError, OSError, TimeoutError) as error:
            self._breaker.failed()
            raise KeyspaceUnavailable from error
        self._breaker.succeeded()
        return answer

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        with suppress(RedisError, OSError):
            await self._redis.aclose()


class Script:
    """A Lua script, sent whole only where the server does not know it yet."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()

    async def run(self, redis: Redis, keys: Sequence[str], arguments: Sequence[str | int | float]) -> list[int]:
        """EVALSHA, or EVAL, which makes the server know it."""
        texts = [str(argument) for argument in arguments]
        try:
            answer: list[int] = await redis.evalsha(self._digest, len(keys), *keys, *texts)
        except NoScriptError:
            answer = await redis.eval(self._source, len(keys), *keys, *texts)
        return answer
