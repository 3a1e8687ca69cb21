"""PostgreSQL's wall: a database and three roles per territory, and nothing for PUBLIC anywhere.

Idempotent: `up` and `migrate` run it every time.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import asyncpg

from ops.provisioning.secrets import SecretStore
from shared.territory.territory import Territory

ConnectTo = Callable[[str], Any]
"""Opens a superuser's connection to the database of that name."""

# Left for the superuser's own work; the rest is shared out, so that a flooded territory leaves the others theirs.
RESERVED_CONNECTIONS = 8
SEALER_CONNECTIONS = 10
# None for idle sessions: the sealer's leader holds its advisory lock on one.
LIMITS = {
    "statement_timeout": "15s",
    "transaction_timeout": "60s",
    "idle_in_transaction_session_timeout": "30s",
    "lock_timeout": "10s",
}
SHARED_DATABASES = ("postgres", "template1")


async def build_walls(connect_to: ConnectTo, territories: Iterable[Territory], secrets: SecretStore) -> None:
    """Databases, roles, passwords and grants of these territories.

    Raises:
        asyncpg.PostgresError, OSError: as the server says.
    """
    territories = tuple(territories)
    connection = await connect_to("postgres")
    try:
        for name in SHARED_DATABASES:
            await connection.execute(f"REVOKE CONNECT, TEMPORARY ON DATABASE {name} FROM PUBLIC")
        share = (int(await connection.fetchval("SHOW max_connections")) - RESERVED_CONNECTIONS) // len(territories)
        for territory in territories:
            await _build_roles(connection, territory, secrets, share)
            await _build_database(connection, territory)
    finally:
        await connection.close()
    await asyncio.gather(*(_build_schema(connect_to, territory) for territory in territories))


async def _build_roles(connection: Any, territory: Territory, secrets: SecretStore, share: int) -> None:  # noqa: ANN401 (driver's)
    slug = territory.slug
    existing = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
    base = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS"
    if f"owner_{slug}" not in existing:
        await connection.execute(f"CREATE ROLE owner_{slug} NOLOGIN {base}")
    for role, kind, most in (
        (f"territory_{slug}", "postgres", share),
        (f"sealer_{slug}", "sealer", SEALER_CONNECTIONS),
    ):
        verb = "ALTER" if role in existing else "CREATE"
        password = secrets.of(kind, territory).replace("'", "''")
        await connection.execute(f"{verb} ROLE {role} LOGIN {base} CONNECTION LIMIT {most} PASSWORD '{password}'")
        await connection.execute(f"ALTER ROLE {role} SET search_path = pg_catalog, {territory.schema}")
        for name, value in LIMITS.items():
            await connection.execute(f"ALTER ROLE {role} SET {name} = '{value}'")


async def _build_database(connection: Any, territory: Territory) -> None:  # noqa: ANN401 (driver's)
    exists = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", territory.database)
    if not exists:
        await connection.execute(f"CREATE DATABASE {territory.database} TEMPLATE template0 ENCODING 'UTF8'")
    await connection.execute(f"REVOKE ALL ON DATABASE {territory.database} FROM PUBLIC")
    for role in (f"territory_{territory.slug}", f"sealer_{territory.slug}"):
        await connection.execute(f"GRANT CONNECT ON DATABASE {territory.database} TO {role}")


async def _build_schema(connect_to: ConnectTo, territory: Territory) -> None:
    connection = await connect_to(territory.database)
    try:
        await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {territory.schema} AUTHORIZATION owner_{territory.slug}")
        for role in (f"territory_{territory.slug}", f"sealer_{territory.slug}"):
            await connection.execute(f"GRANT USAGE ON SCHEMA {territory.schema} TO {role}")
    finally:
        await connection.close()


def connector(**parameters: Any) -> ConnectTo:  # noqa: ANN401 (asyncpg's own)
    """Connections of the superuser to any database, with these parameters of `asyncpg.connect`."""

    async def connect_to(database: str) -> Any:  # noqa: ANN401 (driver's)
        return await asyncpg.connect(database=database, timeout=10, **parameters)

    return connect_to
