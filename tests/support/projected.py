"""A territory with many decisions on record, sealed without a sealer, and what tells whether a projection is whole."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from shared.territory.territory import Territory
from tests.support.servers import Servers

TOGETHER = 10_000

_FILL = (
    "INSERT INTO events (id, stream, version, type, schema_version, actor, occurred_at, data, metadata)"
    " SELECT gen_random_uuid(), 'decision-' || gen_random_uuid(), 1, 'event.decision.recorded', 1,"
    " gen_random_uuid()::text, now(), jsonb_build_object('title', 'Decision ' || number, 'outcome',"
    " repeat('yes and no ', 10), 'reference', null), jsonb_build_object('request_id', gen_random_uuid()::text)"
    " FROM generate_series(1, $1::int) AS number"
)
_SEAL = "INSERT INTO seals (position, seq, leaf_hash) SELECT row_number() OVER (ORDER BY seq), seq, '' FROM events"
_ROWS = (
    "SELECT md5(string_agg(md5(concat_ws('|', id, title, outcome, reference, recorded_by, recorded_at, event_id,"
    " position)), '' ORDER BY id)) FROM decisions WHERE build = $1"
)


@asynccontextmanager
async def owner_of(servers: Servers, territory: Territory) -> AsyncIterator[asyncpg.Connection]:
    """A connection that may do everything in the territory."""
    connection = await servers.postgres.connect_to(territory.database)
    await connection.execute(f"SET search_path TO {territory.schema}, public")
    try:
        yield connection
    finally:
        await connection.close()


async def fill(owner: asyncpg.Connection, count: int) -> None:
    """So many decisions, without positions."""
    for start in range(0, count, TOGETHER):
        await owner.execute(_FILL, min(TOGETHER, count - start))


async def give_positions(owner: asyncpg.Connection) -> None:
    """In a record that no sealer ever works on: positions are all that it has."""
    await owner.execute(_SEAL)
    await owner.execute("ANALYZE")


async def rows_hash(owner: asyncpg.Connection, build: int) -> str:
    """One for all rows of a build, without its number."""
    return str(await owner.fetchval(_ROWS, build))
