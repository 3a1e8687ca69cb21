"""What each role may do with each table, by rule: a new table needs no thought."""

from typing import Any

from shared.territory.territory import Territory

# The services may add to the record, never change it; what proves it is the sealer's alone.
APPENDED_BY_SERVICES = ("events", "cosignatures")
# Evidence against a neighbour may be accepted, and never lost.
KEPT_BY_SERVICES = ("witnessed_heads",)
WRITTEN_BY_SEALER = ("seals", "tree_nodes", "tree_heads", "tree_head_keys")
CHANGED_BY_SEALER = ("sealer_terms",)
# Only the owner moves events out of sight.
READ_BY_SERVICES = ("archived_blocks",)
HIDDEN = ("alembic_version",)


async def grant_access(connection: Any, territory: Territory) -> None:  # noqa: ANN401 (driver's)
    """Apply the rules to every table and view of the territory's schema; idempotent."""
    schema, services, sealer = territory.schema, f"territory_{territory.slug}", f"sealer_{territory.slug}"
    statements = [f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {services}, {sealer}"]
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = $1", schema)
    tables = {row["tablename"] for row in rows} - set(HIDDEN)
    views = [
        row["viewname"] for row in await connection.fetch("SELECT viewname FROM pg_views WHERE schemaname = $1", schema)
    ]
    for table in sorted(tables):
        statements.append(f"GRANT {_of_services(table)} ON {schema}.{table} TO {services}")
        if rights := _of_sealer(table):
            statements.append(f"GRANT {rights} ON {schema}.{table} TO {sealer}")
    statements += [f"GRANT SELECT ON {schema}.{view} TO {services}" for view in views]
    async with connection.transaction():
        for statement in statements:
            await connection.execute(statement)


def _of_services(table: str) -> str:
    if table in APPENDED_BY_SERVICES:
        return "SELECT, INSERT"
    if table in KEPT_BY_SERVICES:
        return "SELECT, INSERT, UPDATE"
    if table in WRITTEN_BY_SEALER + CHANGED_BY_SEALER + READ_BY_SERVICES:
        return "SELECT"
    return "SELECT, INSERT, UPDATE, DELETE"


def _of_sealer(table: str) -> str:
    if table in APPENDED_BY_SERVICES:
        return "SELECT"
    if table in WRITTEN_BY_SEALER:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE" if table in CHANGED_BY_SEALER else ""
