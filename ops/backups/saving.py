"""Making a backup: each territory in one snapshot, while services serve."""

import gzip
import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from ops.backups.contents import KEYS, PERSONAL, WITHOUT_ROWS
from ops.backups.failures import Unusable
from ops.backups.key_file import write_keys
from ops.backups.manifest import Manifest, Part, sha256_of
from ops.backups.programs import start_program
from ops.backups.sealing_rows import KeyRing, sealed_row
from ops.embedded.places import Place
from ops.retention.desk import put_on_record, wrapping_of
from ops.retention.doors import as_superuser
from shared.clock import format_time, utc_now
from shared.events.key_wrapping import WrappedKey
from shared.territory.territory import Territory

FOLDER_MODE = 0o700
_TOGETHER = 1_000
_HEAD = "SELECT coalesce(max(position), 0) FROM seals"
_ERASED = "SELECT person::text FROM erased_persons ORDER BY person"


async def save(place: Place, folder: Path | None, key_file: Path | None) -> list[str]:
    """Write a backup into a folder that does not exist yet, and the keys of persons into a file apart.

    The keys are read last: whoever is erased in between cannot be read any more.

    Raises:
        Unusable: the folder exists. OSError, asyncpg.PostgresError.
    """
    saved_at = utc_now()
    lines = []
    if folder is not None:
        lines += await _save_all(place, folder, saved_at)
    if key_file is not None:
        keys = {territory.code: await _keys_now(place, territory) for territory in place.settings.territories}
        lines.append(f"{write_keys(key_file, keys, saved_at)} keys of persons saved")
    for territory in place.settings.territories:
        await put_on_record(place, territory, "backup", "; ".join(lines))
    return lines


async def _save_all(place: Place, folder: Path, saved_at: datetime) -> list[str]:
    beside = _made_beside(folder)
    parts = [await _save_territory(place, territory, beside) for territory in place.settings.territories]
    Manifest(place.pod, format_time(saved_at), parts).write(beside)
    beside.rename(folder)
    return [
        f"{part.code} saved to position {part.position}"
        + (f"; {part.unsealed} rows of persons without a key: their text is not in it" if part.unsealed else "")
        for part in parts
    ]


def _made_beside(folder: Path) -> Path:
    """Where it is written: a backup that was interrupted has another name."""
    if folder.exists():
        raise Unusable(f"{folder} exists: a backup is a folder of its own")
    beside = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=FOLDER_MODE, parents=True)
    return beside


async def _save_territory(place: Place, territory: Territory, folder: Path) -> Part:
    record, people = folder / f"{territory.code}.sql.gz", folder / f"{territory.code}.people.gz"
    async with (
        as_superuser(place, territory) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        await _dump(place, territory, await connection.fetchval("SELECT pg_export_snapshot()"), record)
        unsealed = await _save_people(
            connection, KeyRing(wrapping_of(place, territory), await _keys(connection)), people
        )
        position = await connection.fetchval(_HEAD)
        migration = await connection.fetchval("SELECT version_num FROM alembic_version")
    files = {path.name: sha256_of(path) for path in (record, people)}
    return Part(territory.code, position, migration, unsealed, files)


async def _dump(place: Place, territory: Territory, snapshot: str, path: Path) -> None:
    """All but the rows of persons, as SQL."""
    without = [f"--exclude-table-data={territory.schema}.{name}" for name in WITHOUT_ROWS]
    what = (f"--schema={territory.schema}", f"--snapshot={snapshot}", *without)
    program = await start_program(place, territory, "pg_dump", *what, "--compress=gzip:6", f"--file={path}")
    _, said = await program.communicate()
    if program.returncode != 0:
        raise Unusable(f"pg_dump: {said.decode(errors='replace').strip()}")


async def _save_people(connection: Any, ring: KeyRing, path: Path) -> int:  # noqa: ANN401 (driver's)
    """Who is erased, and the rows of persons; how many of those could not be sealed though nobody erased them."""
    erased = {row["person"] for row in await connection.fetch(_ERASED)}
    unsealed = 0
    with (
        os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw,
        gzip.open(raw, "wb") as file,
    ):
        file.writelines(_line("erased_persons", {"person": person}) for person in sorted(erased))
        for table in PERSONAL:
            query = f"SELECT to_jsonb(t) AS row FROM {table.name} t ORDER BY {table.order}"  # noqa: S608 (names of ours)
            async for found in connection.cursor(query, prefetch=_TOGETHER):
                line = sealed_row(table, found["row"], ring)
                unsealed += line["sealed"] is None and line[table.person] not in erased
                file.write(_line(table.name, line))
    return unsealed


def _line(table: str, row: Mapping[str, object]) -> bytes:
    return orjson.dumps([table, row]) + b"\n"


async def _keys_now(place: Place, territory: Territory) -> Mapping[UUID, WrappedKey]:
    async with as_superuser(place, territory) as connection:
        return await _keys(connection)


async def _keys(connection: Any) -> Mapping[UUID, WrappedKey]:  # noqa: ANN401 (driver's)
    rows = await connection.fetch(f"SELECT person, wrapped, secret_id FROM {KEYS} ORDER BY person")  # noqa: S608 (a name of ours)
    return {row["person"]: WrappedKey(row["person"], row["wrapped"], row["secret_id"]) for row in rows}
