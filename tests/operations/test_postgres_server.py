"""PostgreSQL's folder after crashes, and beside what is not its own."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ops.servers.postgres import Postgres, ServerPreparationError
from ops.servers.run_as import server_credentials
from ops.supervisor.child import Child
from ops.supervisor.process_plan import Credentials
from tests.support.eventually import eventually

PASSWORD = "a-password-for-this-test-alone"


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="unityplan-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield Postgres(folder / "postgres", folder / "run", PASSWORD, 20, server_credentials())
    shutil.rmtree(folder)


@contextmanager
def a_process_of(user: Credentials | None) -> Iterator[subprocess.Popen[bytes]]:
    """Any process that PostgreSQL's user could send signals to."""
    process = subprocess.Popen(
        ["/bin/sleep", "60"], user=user.user_id if user else None, group=user.group_id if user else None
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def runs(postgres: Postgres) -> None:
    """Start it, wait until it answers, stop it."""
    child = Child.start(postgres.plan(), lambda _name, _line: None)
    try:
        await eventually(postgres.is_ready, within=30)
    finally:
        child.send(signal.SIGINT)
        await child.exited()
        await child.drained()


async def test_it_starts_after_a_first_start_that_was_killed_half_way(postgres: Postgres) -> None:
    half = postgres.data.with_name("postgres.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    postgres.prepare()
    await runs(postgres)
    assert not half.exists()


async def test_it_starts_when_another_process_has_the_number_that_a_crash_left_behind(postgres: Postgres) -> None:
    postgres.prepare()
    with a_process_of(postgres.credentials) as stranger:
        (postgres.data / "postmaster.pid").write_text(f"{stranger.pid}\n{postgres.data}\n1700000000\n5432\n\n\n")
        postgres.prepare()
        await runs(postgres)


def test_it_never_removes_what_is_not_its_own(postgres: Postgres) -> None:
    postgres.data.mkdir()
    precious = postgres.data / "letters.txt"
    precious.write_text("dear")
    with pytest.raises(ServerPreparationError, match="choose another folder"):
        postgres.prepare()
    assert precious.read_text() == "dear"
