"""Migrating every territory of a pod at once; one that fails does not stop the others."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from alembic.script import ScriptDirectory

from ops.migrations.one_territory import URL_VARIABLE, configuration
from ops.migrations.plan import UnknownRevisionError, direction
from ops.provisioning.grants import grant_access
from ops.provisioning.postgres_walls import ConnectTo
from shared.territory.territory import Territory

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one territory fared: its version now, and what went wrong, if anything."""

    territory: Territory
    version: str | None
    failure: str | None = None


def head_version() -> str:
    """The newest migration there is."""
    head = ScriptDirectory.from_config(configuration("none", "")).get_current_head()
    if head is None:
        message = "there is no migration"
        raise LookupError(message)
    return head


async def migrate_all(
    territories: Iterable[Territory],
    connect_to: ConnectTo,
    url_of: Callable[[str], str],
    *,
    verb: str | None = "upgrade",
    target: str = "head",
) -> list[Outcome]:
    """Bring every territory's schema to a version, in parallel, resumable; grants are applied anew where it moved.

    Without a verb each goes up or down from where it is. `url_of` gives the superuser's URL of a database.
    """
    return await asyncio.gather(*(_migrate(t, connect_to, url_of, verb, target) for t in territories))


async def version_of(territory: Territory, connect_to: ConnectTo) -> str | None:
    """The version of a territory's schema, None before the first migration."""
    connection: Any = await connect_to(territory.database)
    try:
        version: str | None = await connection.fetchval(f"SELECT version_num FROM {territory.schema}.alembic_version")  # noqa: S608 (a name of the registry)
    except asyncpg.UndefinedTableError:
        return None
    else:
        return version
    finally:
        await connection.close()


async def _migrate(
    territory: Territory, connect_to: ConnectTo, url_of: Callable[[str], str], verb: str | None, target: str
) -> Outcome:
    try:
        return await _move(territory, connect_to, url_of, verb, target)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, UnknownRevisionError) as error:
        return Outcome(territory, None, str(error) or type(error).__name__)


async def _move(
    territory: Territory, connect_to: ConnectTo, url_of: Callable[[str], str], verb: str | None, target: str
) -> Outcome:
    before = await version_of(territory, connect_to)
    way = verb or direction(before, target)
    if way is None or (verb == "upgrade" and before == (head_version() if target == "head" else target)):
        return Outcome(territory, before)
    failure = await run_alembic(territory, url_of(territory.database), way, target)
    connection: Any = await connect_to(territory.database)
    try:
        await grant_access(connection, territory)
    finally:
        await connection.close()
    return Outcome(territory, await version_of(territory, connect_to), failure)


async def run_alembic(territory: Territory, url: str, verb: str, target: str) -> str | None:
    """Run one of Alembic's commands in a process of its own; what went wrong in one line, None when nothing did."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "ops.migrations.one_territory",
        territory.slug,
        verb,
        target,
        cwd=ROOT,
        env={**os.environ, URL_VARIABLE: url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode == 0:
        return None
    lines = output.decode(errors="replace").strip().splitlines()
    # The last line that names an error: SQLAlchemy ends with the statement and a link.
    named = [line for line in lines if "Error" in line and not line.startswith((" ", "("))]
    return (named or lines or [f"ended with {process.returncode}"])[-1]
