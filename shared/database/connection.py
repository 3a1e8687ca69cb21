"""A thin door on one asyncpg connection: statements by name, errors in our words."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal

import asyncpg
import orjson

from shared.database.errors import DRIVER_ERRORS, translated
from shared.database.statements import Statement

Row = Mapping[str, Any]
Isolation = Literal["read_committed", "repeatable_read", "serializable"]


class Connection:
    """Lives inside one `Pool.acquire()`; never kept."""

    __slots__ = ("_driver",)

    def __init__(self, driver: asyncpg.Connection) -> None:
        self._driver = driver

    async def fetch(self, statement: Statement, /, **values: object) -> list[Row]:
        """All rows."""
        with translated():
            rows: list[Row] = await self._driver.fetch(statement.sql, *statement.bind(values))
            return rows

    async def fetch_row(self, statement: Statement, /, **values: object) -> Row | None:
        """The first row, or None."""
        with translated():
            row: Row | None = await self._driver.fetchrow(statement.sql, *statement.bind(values))
            return row

    async def fetch_value(self, statement: Statement, /, **values: object) -> Any:  # noqa: ANN401 (a column can be anything)
        """The first column of the first row, or None."""
        with translated():
            return await self._driver.fetchval(statement.sql, *statement.bind(values))

    async def execute(self, statement: Statement, /, **values: object) -> int:
        """Run for its effect; the number of rows it touched."""
        with translated():
            status: str = await self._driver.execute(statement.sql, *statement.bind(values))
        count = status.rpartition(" ")[2]
        return int(count) if count.isdecimal() else 0

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Insert rows by binary COPY, all or none; columns not named get their defaults."""
        with translated():
            await self._driver.copy_records_to_table(table, columns=columns, records=rows)

    @asynccontextmanager
    async def transaction(self, isolation: Isolation = "read_committed") -> AsyncIterator[None]:
        """BEGIN … COMMIT; ROLLBACK when the block raises. Nested: a savepoint."""
        with translated():
            transaction = self._driver.transaction(isolation=isolation)
            await transaction.start()
        try:
            yield
        except BaseException:
            # Why the block failed matters, not that a lost connection cannot be rolled back.
            with suppress(*DRIVER_ERRORS):
                await transaction.rollback()
            raise
        with translated():
            await transaction.commit()


async def set_codecs(driver: asyncpg.Connection) -> None:
    """`json` stays the bytes that PostgreSQL built, `jsonb` becomes Python objects; bytes are JSON already."""
    await driver.set_type_codec("json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary")
    await driver.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: b"\x01" + (value if type(value) is bytes else orjson.dumps(value)),
        decoder=lambda raw: orjson.loads(raw[1:]),
        format="binary",
    )
