"""What Alembic runs for one territory: as the owner's role, in the owner's schema, with short locks."""

import asyncio

from alembic import context
from sqlalchemy import Connection, NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

from ops.migrations.description import is_ours, load_tables

# A migration that cannot get its lock soon gives way to the citizens and is run again.
LOCK_TIMEOUT = "2s"


def migrate(connection: Connection) -> None:
    """Run what was asked for in one transaction a migration."""
    schema = context.config.attributes["schema"]
    # One after the other, before its first step is chosen: a job outlives the deployment that was killed beside it.
    connection.execute(text("SELECT pg_advisory_lock(hashtext('migrations'))"))
    connection.execute(text(f"SET ROLE {context.config.attributes['owner']}"))
    connection.execute(text(f"SET search_path = {schema}"))
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.commit()
    connection.dialect.default_schema_name = schema
    context.configure(
        connection=connection,
        target_metadata=load_tables(),
        transaction_per_migration=True,
        compare_type=True,
        compare_server_default=False,
        include_object=is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_migrate() -> None:
    """One connection, no pool."""
    engine = create_async_engine(context.config.attributes["url"], poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


asyncio.run(connect_and_migrate())
