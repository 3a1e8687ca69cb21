"""Loading a backup into a pod that has no record yet, each territory in one transaction."""

import gzip
from asyncio import StreamWriter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from uuid import UUID

import asyncpg
import orjson

from ops.backups.contents import BY_NAME, KEYS
from ops.backups.failures import Unusable
from ops.backups.key_file import Keys, read_keys
from ops.backups.manifest import Manifest
from ops.backups.programs import start_program
from ops.backups.sealing_rows import KeyRing, opened_row
from ops.embedded.places import Place
from ops.migrations.runner import head_version
from ops.retention.desk import put_on_record, wrapping_of
from ops.retention.doors import as_superuser
from shared.events.key_wrapping import WrappedKey
from shared.territory.territory import Territory

_TOGETHER = 500
_CHUNK = 1 << 20
Row = tuple[str, Mapping[str, object]]


async def restore(place: Place, folder: Path, key_file: Path | None) -> list[str]:
    """Load every territory of the pod.

    Raises:
        Unusable: nothing was loaded of the territory that it names, or of any. OSError, asyncpg.PostgresError.
    """
    manifest = Manifest.read(folder)
    manifest.require_whole(folder)
    keys: Keys = read_keys(key_file) if key_file is not None else {}
    for territory in place.settings.territories:
        if manifest.part_of(territory.code).migration > head_version():
            raise Unusable(f"{folder} was made by a newer version of UnityPlan")
        await _require_empty(place, territory)
        _require_opened(place, territory, keys.get(territory.code, {}))
    return [await _restore(place, territory, folder, manifest, keys) for territory in place.settings.territories]


async def _require_empty(place: Place, territory: Territory) -> None:
    async with as_superuser(place, territory) as connection:
        try:
            is_empty = await connection.fetchval("SELECT NOT exists (SELECT FROM events)")
        except asyncpg.UndefinedTableError:
            return
    if not is_empty:
        raise Unusable(f"{territory.code} has a record already: restore into a pod that was never started")


def _require_opened(place: Place, territory: Territory, keys: Mapping[UUID, WrappedKey]) -> None:
    wrapping = wrapping_of(place, territory)
    if any(wrapping.unwrap(key) is None for key in keys.values()):
        folder = place.secrets.folder
        raise Unusable(
            f"the keys of {territory.code} are under another secret: put the pod's secrets into {folder} first"
        )


async def _restore(place: Place, territory: Territory, folder: Path, manifest: Manifest, keys: Keys) -> str:
    part = manifest.part_of(territory.code)
    given = keys.get(territory.code, {})
    rows = _rows(folder / f"{territory.code}.people.gz")
    erased = {UUID(str(row["person"])) for table, row in rows if table == "erased_persons"}
    # Keys may have been saved before an erasure that the backup knows of.
    kept = {person: key for person, key in given.items() if person not in erased}
    ring = KeyRing(wrapping_of(place, territory), kept)
    psql = await start_program(place, territory, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null")
    if psql.stdin is None:
        raise Unusable("psql takes no input")
    try:
        # When it ends first it says why below.
        with suppress(BrokenPipeError, ConnectionResetError):
            await _feed(psql.stdin, territory, folder, kept, ring)
    finally:
        # What ends without COMMIT is taken back.
        psql.stdin.close()
    _, said = await psql.communicate()
    if psql.returncode != 0:
        raise Unusable(f"{territory.code}: {said.decode(errors='replace').strip()}")
    done = f"{territory.code} restored to position {part.position}, with {len(kept)} keys of persons"
    await put_on_record(place, territory, "restore", done)
    return done


async def _feed(
    out: StreamWriter, territory: Territory, folder: Path, keys: Mapping[UUID, WrappedKey], ring: KeyRing
) -> None:
    out.write(f"BEGIN;\nDROP SCHEMA {territory.schema} CASCADE;\n".encode())
    with gzip.open(folder / f"{territory.code}.sql.gz", "rb") as file:
        while chunk := file.read(_CHUNK):
            out.write(chunk)
            await out.drain()
    for statement in _of_keys(territory, keys):
        out.write(statement)
        await out.drain()
    for statement in _of_people(territory, folder, ring):
        out.write(statement)
        await out.drain()
    out.write(b"COMMIT;\n")
    await out.drain()


def _of_keys(territory: Territory, keys: Mapping[UUID, WrappedKey]) -> Iterator[bytes]:
    rows = iter(keys.values())
    while some := list(islice(rows, _TOGETHER)):
        values = [
            {"person": str(key.person), "wrapped": f"\\x{key.wrapped.hex()}", "secret_id": key.secret_id}
            for key in some
        ]
        yield _insert(territory, KEYS, "(person, wrapped, secret_id)", "r.person, r.wrapped, r.secret_id", values)


def _of_people(territory: Territory, folder: Path, ring: KeyRing) -> Iterator[bytes]:
    lines = _rows(folder / f"{territory.code}.people.gz")
    for name, of_table in groupby((line for line in lines if line[0] in BY_NAME), key=itemgetter(0)):
        opened = (opened_row(BY_NAME[name], line, ring) for _, line in of_table)
        rows = (row for row in opened if row is not None)
        while some := list(islice(rows, _TOGETHER)):
            given = [column for column in some[0] if column not in BY_NAME[name].computed]
            yield _insert(territory, name, f"({', '.join(given)})", ", ".join(f"r.{each}" for each in given), some)


def _insert(territory: Territory, table: str, into: str, columns: str, rows: object) -> bytes:
    """One statement; the values are a text in it, in which only apostrophes mean something."""
    values = orjson.dumps(rows).decode().replace("'", "''")
    name = f"{territory.schema}.{table}"
    records = f"jsonb_populate_recordset(NULL::{name}, '{values}'::jsonb) r"
    return f"INSERT INTO {name} {into} SELECT {columns} FROM {records};\n".encode()  # noqa: S608 (names of ours)


def _rows(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rb") as file:
        for line in file:
            table, row = orjson.loads(line)
            yield table, row
