"""The connections to one territory's database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg

from shared.database.connection import Connection, Row, set_codecs
from shared.database.errors import RetryableConflict, database_busy, database_unavailable, translated
from shared.database.statements import Statement

T = TypeVar("T")

ACQUIRE_SECONDS = 5.0
CONNECT_SECONDS = 3.0
STATEMENT_SECONDS = 15.0
# An idle pool falls back to one connection after this time.
IDLE_SECONDS = 20.0


class Pool:
    """At most `max_size` connections, last in first out. Connects on first use: a database that is down stops no start.

    There is no reset when a connection is given back (one round trip less): a handler must leave no session state.
    """

    def __init__(self, url: str, *, max_size: int, application_name: str) -> None:
        self._url = url
        self._max_size = max_size
        self._application_name = application_name
        self._driver: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    @property
    def size(self) -> int:
        """Connections open now."""
        return self._driver.get_size() if self._driver else 0

    @property
    def idle(self) -> int:
        """Connections open and not in use."""
        return self._driver.get_idle_size() if self._driver else 0

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """A connection for the length of the block.

        Raises:
            ServiceError: unavailable `database-busy` (none came free in 5 s), `database-unavailable`.
        """
        pool = await self._opened()
        with translated():
            driver = await pool.acquire(timeout=ACQUIRE_SECONDS)
        try:
            yield Connection(driver)
        finally:
            await pool.release(driver)

    async def fetch(self, statement: Statement, /, **values: object) -> list[Row]:
        """All rows, on any connection."""
        return await self._run(lambda connection: connection.fetch(statement, **values))

    async def fetch_row(self, statement: Statement, /, **values: object) -> Row | None:
        """The first row or None, on any connection."""
        return await self._run(lambda connection: connection.fetch_row(statement, **values))

    async def fetch_value(self, statement: Statement, /, **values: object) -> Any:  # noqa: ANN401 (a column can be anything)
        """The first column of the first row, on any connection."""
        return await self._run(lambda connection: connection.fetch_value(statement, **values))

    async def execute(self, statement: Statement, /, **values: object) -> int:
        """Run for its effect on any connection; the number of rows it touched."""
        return await self._run(lambda connection: connection.execute(statement, **values))

    async def close(self) -> None:
        """Let what is under way finish, then close."""
        if self._driver is not None:
            await self._driver.close()
            self._driver = None

    async def _run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Once more when a migration made the prepared statement stale (asyncpg forgets it then)."""
        try:
            async with self.acquire() as connection:
                return await work(connection)
        except RetryableConflict:
            async with self.acquire() as connection:
                return await work(connection)

    async def _opened(self) -> asyncpg.Pool:
        if self._driver is not None:
            return self._driver
        async with self._opening:
            if self._driver is None:
                self._driver = await self._open()
            return self._driver

    async def _open(self) -> asyncpg.Pool:
        try:
            with translated():
                return await asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=self._max_size,
                    max_inactive_connection_lifetime=IDLE_SECONDS,
                    command_timeout=STATEMENT_SECONDS,
                    timeout=CONNECT_SECONDS,
                    init=set_codecs,
                    reset=_leave_as_is,
                    server_settings={"application_name": self._application_name},
                )
        except TimeoutError:
            raise database_unavailable() from None


async def _leave_as_is(_: asyncpg.Connection) -> None:
    """Instead of asyncpg's reset query."""


__all__ = ["Pool", "database_busy"]
