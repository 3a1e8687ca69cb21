"""Writing the next migration: the difference between the tables in code and a schema migrated so far."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from ops.migrations.runner import ROOT, head_version, migrate_all, run_alembic
from ops.pods.pod import load_pod
from ops.provisioning.postgres_walls import build_walls
from ops.provisioning.secrets import SecretStore
from ops.servers.postgres import Postgres
from ops.servers.run_as import server_credentials
from ops.supervisor.child import Child

# What services say of themselves.
SCHEMA_REVISION = ROOT / "shared/database/schema_revision.py"
PASSABLE = 0o711
MAX_CONNECTIONS = 50
READY_WITHIN_SECONDS = 60
POLL_SECONDS = 0.05


async def write_revision(message: str) -> str | None:
    """Write `versions/<number>_<message>.py`; what went wrong in one line, None when nothing did.

    Runs a PostgreSQL of its own meanwhile. Views are not compared: a changed one is written by hand.
    """
    territory = load_pod("dk").territories[0]
    with _own_folder() as folder:
        secrets = SecretStore(folder / "secrets")
        secrets.ensure([territory])
        async with _running(folder, secrets.read("postgres_superuser")) as postgres:
            await build_walls(postgres.connect_to, [territory], secrets)
            (outcome,) = await migrate_all([territory], postgres.connect_to, postgres.url)
            url = postgres.url(territory.database)
            failure = outcome.failure or await run_alembic(territory, url, "revision", message)
    if failure is None:
        SCHEMA_REVISION.write_text(
            re.sub(r'(?m)(?<=^SCHEMA_REVISION = ").*(?="$)', head_version(), SCHEMA_REVISION.read_text())
        )
    return failure


@contextmanager
def _own_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="unityplan-revision-") as name:
        folder = Path(name)
        folder.chmod(PASSABLE)
        yield folder


@asynccontextmanager
async def _running(folder: Path, password: str) -> AsyncIterator[Postgres]:
    postgres = Postgres(folder / "postgres", folder / "run", password, MAX_CONNECTIONS, server_credentials())
    postgres.prepare()
    plan = postgres.plan()
    child = Child.start(plan, lambda _name, _line: None)
    try:
        async with asyncio.timeout(READY_WITHIN_SECONDS):
            while not await plan.is_ready():  # noqa: ASYNC110 - nobody tells when another process is ready
                await asyncio.sleep(POLL_SECONDS)
        yield postgres
    finally:
        child.send(plan.stop_signal)
        await child.exited()
        await child.drained()
