"""The connections to one territory's database."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg

from shared.database.connection import Connection, Row, set_codecs
from shared.database.errors import (
    DRIVER_ERRORS,
    RetryableConflict,
    database_busy,
    database_unavailable,
    is_over,
    translated,
)
from shared.database.statements import Statement

T = TypeVar("T")

# Longer than connecting may take, so that a server that swallows packets is told from a pool that is busy.
ACQUIRE_SECONDS = 5.0
CONNECT_SECONDS = 3.0
STATEMENT_SECONDS = 15.0
# A statement that nobody waits for any more is cancelled; when that takes longer, its connection is dropped.
MEND_SECONDS = 5.0
CLOSE_SECONDS = 10.0
# A connection that nobody used for so long is closed; an idle pool holds none. Longer than workers take between two
# looks, so that they do not connect for each.
IDLE_SECONDS = 10.0


class Pool:
    """At most `max_size` connections, last in first out. Connects on first use: a database that is down stops no start.

    There is no reset when a connection is given back (one round trip less): a handler must leave no session state.
    Measured: half of the driver's own pool's time, which makes a task and two timers for each use.
    """

    def __init__(self, url: str, *, max_size: int, application_name: str) -> None:
        self._url = url
        self._max_size = max_size
        self._application_name = application_name
        self._idle: list[tuple[asyncpg.Connection, float]] = []
        self._lent: set[asyncpg.Connection] = set()
        self._connecting = 0
        self._waiting: deque[asyncio.Future[asyncpg.Connection | None]] = deque()
        self._mending: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.TimerHandle | None = None
        self._is_closed = False

    @property
    def size(self) -> int:
        """Connections open now, or about to be."""
        return len(self._idle) + len(self._lent) + self._connecting

    @property
    def idle(self) -> int:
        """Connections open and not in use."""
        return len(self._idle)

    @property
    def is_exhausted(self) -> bool:
        """Whether every connection that it may have is in use."""
        return len(self._lent) >= self._max_size

    def acquire(self) -> "_Use":
        """A connection for the length of an `async with` block.

        Raises:
            ServiceError: unavailable `database-busy` (none came free in 5 s), `database-unavailable`.
        """
        return _Use(self)

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
        if self._sweeper is not None:
            self._sweeper.cancel()
        while self._waiting:
            _tell(self._waiting.popleft(), None)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + CLOSE_SECONDS
        while self._lent and loop.time() < deadline:
            came_back: asyncio.Future[asyncpg.Connection | None] = loop.create_future()
            self._waiting.append(came_back)
            await asyncio.wait([came_back], timeout=deadline - loop.time())
        for driver in [*self._lent, *(driver for driver, _ in self._idle)]:
            driver.terminate()
        self._idle.clear()

    async def lend(self) -> asyncpg.Connection:
        """A connection, to be given back.

        Raises:
            ServiceError: as `acquire`.
        """
        while self._idle:
            driver, _ = self._idle.pop()
            if not driver.is_closed():
                self._lent.add(driver)
                return driver
            driver.terminate()
        try:
            async with asyncio.timeout(ACQUIRE_SECONDS):
                return await self._wait_or_connect()
        except TimeoutError:
            raise (database_busy() if self.is_exhausted else database_unavailable()) from None

    def give_back(self, driver: asyncpg.Connection, *, is_over: bool) -> None:
        """Take a connection back; one on which something was broken off is used again when that has come to its end."""
        if driver.is_closed():
            self._drop(driver)
        elif not is_over or driver.is_in_transaction():
            task = asyncio.get_running_loop().create_task(self._mend(driver))
            self._mending.add(task)
            task.add_done_callback(self._mending.discard)
        else:
            self._take_back(driver)

    async def _run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Once more when a migration made the prepared statement stale (asyncpg forgets it then)."""
        try:
            async with _Use(self) as connection:
                return await work(connection)
        except RetryableConflict:
            async with _Use(self) as connection:
                return await work(connection)

    async def _wait_or_connect(self) -> asyncpg.Connection:
        while not self._is_closed:
            if self.size < self._max_size:
                return await self._connect()
            waiting: asyncio.Future[asyncpg.Connection | None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiting)
            try:
                driver = await waiting
            except asyncio.CancelledError:
                self._pass_on(waiting)
                raise
            if driver is not None:
                return driver
        raise database_unavailable()

    def _pass_on(self, waiting: "asyncio.Future[asyncpg.Connection | None]") -> None:
        """Whoever gives up at the moment of getting a connection leaves it to the next."""
        if not waiting.cancelled() and waiting.done():
            driver = waiting.result()
            if driver is None:
                self._make_room()
            else:
                self._take_back(driver)

    async def _connect(self) -> asyncpg.Connection:
        self._connecting += 1
        try:
            driver = await self._connected()
        except BaseException:
            self._connecting -= 1
            self._make_room()
            raise
        self._connecting -= 1
        self._lent.add(driver)
        return driver

    async def _connected(self) -> asyncpg.Connection:
        try:
            with translated():
                driver = await asyncpg.connect(
                    self._url,
                    timeout=CONNECT_SECONDS,
                    command_timeout=STATEMENT_SECONDS,
                    server_settings={"application_name": self._application_name},
                )
                try:
                    await set_codecs(driver)
                except BaseException:
                    driver.terminate()
                    raise
        except asyncpg.PostgresError as error:
            # Whatever a server says instead of letting us in: closed for maintenance, CONNECT revoked.
            raise database_unavailable() from error
        return driver

    async def _mend(self, driver: asyncpg.Connection) -> None:
        """Wait for the end of what was broken off, and of its transaction."""
        try:
            await driver.reset(timeout=MEND_SECONDS)
        except DRIVER_ERRORS:
            self._drop(driver)
        else:
            self._take_back(driver)

    def _take_back(self, driver: asyncpg.Connection) -> None:
        if self._is_closed:
            self._drop(driver)
            return
        while self._waiting:
            # It stays lent.
            if _tell(self._waiting.popleft(), driver):
                return
        self._lent.discard(driver)
        loop = asyncio.get_running_loop()
        self._idle.append((driver, loop.time()))
        if self._sweeper is None:
            self._sweeper = loop.call_later(IDLE_SECONDS, self._sweep)

    def _drop(self, driver: asyncpg.Connection) -> None:
        # Also one that is closed: the driver has more to forget.
        driver.terminate()
        self._lent.discard(driver)
        self._make_room()

    def _make_room(self) -> None:
        """Whoever has waited longest may connect."""
        while self._waiting:
            if _tell(self._waiting.popleft(), None):
                return

    def _sweep(self) -> None:
        """Close what was idle for long enough; the one that was used first lies at the bottom."""
        loop = asyncio.get_running_loop()
        cut = 0
        for driver, since in self._idle:
            if not driver.is_closed() and loop.time() - since < IDLE_SECONDS:
                break
            driver.terminate()
            cut += 1
        del self._idle[:cut]
        self._sweeper = None
        if self._idle:
            again = self._idle[0][1] + IDLE_SECONDS - loop.time()
            self._sweeper = loop.call_later(max(again, 0.01), self._sweep)


class _Use:
    """One use of a connection."""

    __slots__ = ("_driver", "_pool")

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._driver: asyncpg.Connection | None = None

    async def __aenter__(self) -> Connection:
        driver = self._driver = await self._pool.lend()
        return Connection(driver)

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            self._pool.give_back(driver, is_over=is_over(error))


def _tell(waiting: "asyncio.Future[asyncpg.Connection | None]", driver: asyncpg.Connection | None) -> bool:
    """False when nobody waits any more."""
    if waiting.done():
        return False
    waiting.set_result(driver)
    return True
