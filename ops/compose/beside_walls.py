"""The roles in the pod's PostgreSQL of what runs beside it; neither of them sees a territory."""

from typing import Any

from ops.compose.beside import CHAT_CONNECTIONS, MATRIX, MATRIX_POSTGRES, MONITOR, MONITOR_POSTGRES
from ops.provisioning.postgres_walls import ConnectTo
from ops.provisioning.secrets import SecretStore

MONITOR_CONNECTIONS = 2


async def build_walls_beside(connect_to: ConnectTo, secrets: SecretStore) -> None:
    """A reader of the server's figures, and a database for chat; for an existing one only its password.

    Raises:
        asyncpg.PostgresError, OSError: as the server says.
    """
    connection = await connect_to("postgres")
    try:
        await _role(connection, MONITOR, secrets.read(MONITOR_POSTGRES), MONITOR_CONNECTIONS)
        await connection.execute(f"GRANT pg_monitor TO {MONITOR} WITH INHERIT TRUE")
        await connection.execute(f"GRANT CONNECT ON DATABASE postgres TO {MONITOR}")
        await _role(connection, MATRIX, secrets.read(MATRIX_POSTGRES), CHAT_CONNECTIONS)
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", MATRIX):
            # Synapse refuses another collation: https://element-hq.github.io/synapse/latest/postgres.html
            await connection.execute(
                f"CREATE DATABASE {MATRIX} OWNER {MATRIX} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
            )
        await connection.execute(f"REVOKE ALL ON DATABASE {MATRIX} FROM PUBLIC")
    finally:
        await connection.close()


async def _role(connection: Any, name: str, password: str, most: int) -> None:  # noqa: ANN401 (driver's)
    verb = "ALTER" if await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name) else "CREATE"
    quoted = password.replace("'", "''")
    limits = f"NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT {most}"
    await connection.execute(f"{verb} ROLE {name} LOGIN {limits} PASSWORD '{quoted}'")
