"""Ways into a territory's database: as its owner, and as the services."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from ops.embedded.places import Place
from shared.database.connection import set_codecs
from shared.database.pool import Pool
from shared.territory.territory import Territory


@asynccontextmanager
async def as_superuser(place: Place, territory: Territory) -> AsyncIterator[Any]:
    """A driver's connection that finds the territory's tables by name.

    Raises:
        OSError, asyncpg.PostgresError: it cannot be opened.
    """
    connection = await place.postgres.connect_to(territory.database)
    try:
        await set_codecs(connection)
        await connection.execute(f"SET search_path = pg_catalog, {territory.schema}")
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def as_owner(place: Place, territory: Territory) -> AsyncIterator[Any]:
    """The same with the rights of the tables' owner and no more."""
    async with as_superuser(place, territory) as connection:
        await connection.execute(f"SET ROLE owner_{territory.slug}")
        yield connection


@asynccontextmanager
async def as_services(place: Place, territory: Territory) -> AsyncIterator[Pool]:
    """A pool with the rights of the services."""
    password = quote(place.secrets.of("postgres", territory), safe="")
    folder = place.run / "postgres"
    url = f"postgresql://territory_{territory.slug}:{password}@/{territory.database}?host={folder}"
    pool = Pool(url, max_size=1, application_name="unityplan-retention")
    try:
        yield pool
    finally:
        await pool.close()
