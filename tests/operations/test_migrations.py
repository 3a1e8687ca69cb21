"""Migrations: the schema is the one that code describes, and each can be taken back."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

from ops.migrations.description import VIEWS, is_ours, load_tables
from ops.migrations.runner import ROOT, head_version, migrate_all, version_of
from ops.servers.postgres import SUPERUSER
from ops.servers.postgres_binaries import postgres_programs
from shared.database.schema_revision import SCHEMA_REVISION
from shared.territory.territory import Territory, describe_territory
from tests.support.servers import Servers


def dumped(servers: Servers, territory: Territory) -> str:
    """The schema as pg_dump sees it, without its random marks."""
    outcome = subprocess.run(  # noqa: S603 (fixed words)
        [
            str(postgres_programs(servers.postgres.credentials) / "pg_dump"),
            f"--host={servers.postgres.socket_folder}",
            f"--username={SUPERUSER}",
            "--schema-only",
            territory.database,
        ],
        env={**os.environ, "PGPASSWORD": servers.postgres.password},
        capture_output=True,
        text=True,
        check=True,
    )
    return "\n".join(
        line for line in outcome.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))
    )


async def move(servers: Servers, territory: Territory, verb: str, target: str) -> None:
    connect_to, url_of = servers.postgres.connect_to, servers.postgres.url
    (outcome,) = await migrate_all([territory], connect_to, url_of, verb=verb, target=target)
    assert outcome.failure is None, outcome.failure


async def test_every_migration_can_be_taken_back_and_done_again(servers: Servers, territory: Territory) -> None:
    dumps = []
    for _ in range(2):
        await move(servers, territory, "downgrade", "base")
        assert await version_of(territory, servers.postgres.connect_to) is None
        await move(servers, territory, "upgrade", "head")
        assert await version_of(territory, servers.postgres.connect_to) == head_version()
        dumps.append(await asyncio.to_thread(dumped, servers, territory))
    assert dumps[0] == dumps[1]


async def test_the_migrated_schema_is_the_one_that_the_tables_describe(servers: Servers, territory: Territory) -> None:
    url = servers.postgres.url(territory.database).replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url, poolclass=NullPool)

    def differences(connection: Connection) -> list[object]:
        connection.execute(text(f"SET search_path = {territory.schema}"))
        connection.dialect.default_schema_name = territory.schema
        context = MigrationContext.configure(connection, opts={"include_object": is_ours, "compare_type": True})
        return list(compare_metadata(context, load_tables()))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


def test_services_say_which_migration_they_were_written_for() -> None:
    assert head_version() == SCHEMA_REVISION


async def test_every_described_view_exists(servers: Servers, territory: Territory) -> None:
    connection = await servers.postgres.connect_to(territory.database)
    rows = await connection.fetch("SELECT viewname FROM pg_views WHERE schemaname = $1", territory.schema)
    await connection.close()
    assert {row["viewname"] for row in rows} == {view.name for view in VIEWS}


async def test_every_view_is_the_one_that_is_described(servers: Servers, territory: Territory) -> None:
    connection = await servers.postgres.connect_to(territory.database)
    await connection.execute(f"SET search_path = {territory.schema}")
    try:
        for view in VIEWS:
            await connection.execute(f"CREATE VIEW described AS {view.definition}")
            defined = [
                await connection.fetchval("SELECT pg_get_viewdef($1::regclass)", name)
                for name in (view.name, "described")
            ]
            await connection.execute("DROP VIEW described")
            assert defined[0] == defined[1], view.name
    finally:
        await connection.close()


async def test_the_next_migration_is_written_by_one_command(tmp_path: Path) -> None:
    for folder in ("ops", "pods", "services", "shared"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    tables = tmp_path / "services/user/profiles/tables.py"
    tables.write_text(
        tables.read_text() + '\nnew = Table("brand_new", metadata, Column("id", Uuid, primary_key=True))\n'
    )
    command = [sys.executable, "-m", "ops.migrations", "revision", "-m", "a new table"]
    outcome = await asyncio.to_thread(
        subprocess.run, command, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stderr
    number = int(head_version()) + 1
    assert f'"{number:04}"' in (tmp_path / "shared/database/schema_revision.py").read_text()
    text = (tmp_path / f"ops/migrations/versions/{number:04}_a_new_table.py").read_text()
    assert "op.create_table('brand_new'" in text
    assert "op.drop_table('brand_new'" in text
    assert text.count("op.create_table(") == 1


async def test_one_territory_that_fails_does_not_stop_the_others(servers: Servers, territory: Territory) -> None:
    connection = await servers.postgres.connect_to(territory.database)
    await connection.execute(f"DROP SCHEMA {territory.schema} CASCADE")
    await connection.close()
    good = await servers.new_territory()
    outcomes = await migrate_all([territory, good], servers.postgres.connect_to, servers.postgres.url)
    failed, fine = outcomes
    assert failed.failure is not None
    assert fine.failure is None
    assert fine.version == head_version()


def test_a_code_that_is_no_code_is_never_formatted_into_sql() -> None:
    for code in ("dk", "DK; DROP", "D'K", "DK\x00", "", "D", "DK--X-", "DK_X"):
        with pytest.raises(ValueError, match="not a territory code"):
            describe_territory(code, pod="dk", name="x", locale="da-DK", domain="unityplan.org")
