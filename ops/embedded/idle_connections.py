"""How many database connections each service's pools hold, asked from PostgreSQL itself."""

from dataclasses import dataclass

import asyncpg

QUERY = """
SELECT application_name, datname, count(*) FILTER (WHERE state LIKE 'idle%'), count(*) FILTER (WHERE state = 'active')
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND datname LIKE 'unityplan%' AND pid <> pg_backend_pid()
GROUP BY application_name, datname
ORDER BY application_name, datname
"""
TIMEOUT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class PoolUse:
    """The connections of one pool: a service's to a territory's database."""

    application: str
    database: str
    idle: int
    busy: int


async def pool_uses(superuser_url: str) -> list[PoolUse]:
    """What each pool holds now; empty when PostgreSQL does not answer within 3 s."""
    try:
        connection = await asyncpg.connect(superuser_url, timeout=TIMEOUT_SECONDS)
    except (OSError, asyncpg.PostgresError):
        return []
    try:
        return [PoolUse(*row) for row in await connection.fetch(QUERY, timeout=TIMEOUT_SECONDS)]
    finally:
        await connection.close()
