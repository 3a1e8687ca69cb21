"""The connections to one territory's database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import asyncpg

from shared.database.connection import Connection, Row, set_codecs
from shared.database.errors import (
    DRIVER_ERRORS,
    RetryableConflict,
    database_unavailable,
    translated,
)
from shared.database.statements import Statement
from shared.errors import ServiceError

T = TypeVar("T")

# Longer than connecting may take, so that a server that swallows packets is told from a pool that is busy.
ACQUIRE_SECONDS = 5.0
CONNECT_SECONDS = 3.0
STATEMENT_SECONDS = 15.0
# Giving back waits for a cancelled statement to end; after this the connection is dropped.
RELEASE_SECONDS = 5.0
CLOSE_SECONDS = 10.0
# A connection that nobody used for so long is closed; an idle pool holds none.
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
        self._is_closed = False

    @property
    def size(self) -> int:
        """Connections open now."""
        return self._driver.get_size() if self._driver else 0

    @property
    def idle(self) -> int:
        """Connections open and not in use."""
        return self._driver.get_idle_size() if self._driver else 0

    @property
    def is_exhausted(self) -> bool:
        """Whether every connection that it may have is in use."""
        return self.size >= self._max_size and self.idle == 0

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """A connection for the length of the block.

        Raises:
            ServiceError: unavailable `database-busy` (none came free in 5 s), `database-unavailable`.
        """
        pool = await self._opened()
        driver = await self._acquire(pool)
        try:
            yield Connection(driver)
        finally:
            # asyncpg drops a connection that it cannot give back clean; the block's own outcome stands.
            with suppress(*DRIVER_ERRORS):
                await pool.release(driver, timeout=RELEASE_SECONDS)

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
        """Let what is under way finish, for ten seconds at most; nothing can be acquired from now on."""
        self._is_closed = True
        driver, self._driver = self._driver, None
        if driver is not None:
            # When it takes longer asyncpg ends the connections itself.
            with suppress(*DRIVER_ERRORS):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await driver.close()

    async def _run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Once more when a migration made the prepared statement stale (asyncpg forgets it then)."""
        try:
            async with self.acquire() as connection:
                return await work(connection)
        except RetryableConflict:
            async with self.acquire() as connection:
                return await work(connection)

    async def _acquire(self, pool: asyncpg.Pool) -> asyncpg.Connection:
        try:
            with translated():
                async with asyncio.timeout(ACQUIRE_SECONDS):
                    return await pool.acquire()
        except ServiceError as error:
            if error.code == "database-busy" and not self.is_exhausted:
                raise database_unavailable() from error
            raise
        except asyncpg.PostgresError as error:
            # Whatever a server says instead of letting us in: closed for maintenance, CONNECT revoked.
            raise database_unavailable() from error

    async def _opened(self) -> asyncpg.Pool:
        if self._is_closed:
            raise database_unavailable()
        if self._driver is None:
            async with self._opening:
                if self._driver is None:
                    self._driver = await self._open()
        return self._driver

    async def _open(self) -> asyncpg.Pool:
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


async def _leave_as_is(_: asyncpg.Connection) -> None:
    """Instead of asyncpg's reset query; a transaction left open it ends all the same."""
