"""Whether walls and schemas are as this code wants them, asked cheaply: most starts have nothing to do there."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg

from ops.embedded.places import Place
from ops.embedded.service_plans import PROJECT_ROOT

MARK = "settled.json"
DECIDING = ("ops/migrations", "ops/provisioning")


def mark_settled(place: Place, versions: Mapping[str, str | None]) -> None:
    """Remember what was brought about, by territory code, and by which code and secrets."""
    (place.data / MARK).write_text(json.dumps({"fingerprint": _fingerprint(place), "versions": versions}))


async def is_settled(place: Place) -> bool:
    """Whether nothing was changed since: neither code, secrets and territories, nor the databases themselves.

    PostgreSQL must be running. The databases are asked, since they may have been restored from an older backup.
    """
    try:
        mark = json.loads((place.data / MARK).read_text())
    except (FileNotFoundError, ValueError):
        return False
    if mark["fingerprint"] != _fingerprint(place):
        return False
    try:
        versions = {code: await _version(place, code) for code in place.codes}
    except (OSError, asyncpg.PostgresError):
        return False
    return None not in versions.values() and versions == dict(mark["versions"])


async def _version(place: Place, code: str) -> str | None:
    territory = place.settings.registry.get(code)
    connection: Any = await place.postgres.connect_to(territory.database)
    try:
        table = f"{territory.schema}.alembic_version"
        # Asked first, so that a pod's first start puts no error into the log.
        if await connection.fetchval("SELECT to_regclass($1)", table) is None:
            return None
        version: str | None = await connection.fetchval(f"SELECT version_num FROM {table}")  # noqa: S608 - a name of the registry
    finally:
        await connection.close()
    return version


def _fingerprint(place: Place) -> str:
    digest = hashlib.sha256(json.dumps(place.codes).encode())
    for path in [*_sources(), *sorted(place.secrets.folder.iterdir())]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> list[Path]:
    return sorted(path for folder in DECIDING for path in (PROJECT_ROOT / folder).rglob("*.py"))
