"""As whom PostgreSQL runs when the supervisor is root, and what that user can reach."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

from ops.supervisor.process_plan import Credentials

CANDIDATES = ("postgres", "nobody")


def server_credentials() -> Credentials | None:
    """The user for servers that refuse root; None when the supervisor is no root itself.

    Raises:
        LookupError: root, and no such user on this machine.
    """
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Credentials(entry.pw_uid, entry.pw_gid)
    message = f"PostgreSQL does not run as root, and there is no user {' or '.join(CANDIDATES)}"
    raise LookupError(message)


def can_enter(folder: Path, credentials: Credentials | None) -> bool:
    """Whether that user can enter the folder, or the deepest part of its path that exists. Really tried."""
    deepest = next(path for path in (folder, *folder.parents) if path.exists())
    return _succeeds(["test", "-x", str(deepest)], credentials)


def can_run(program: Path, credentials: Credentials | None) -> bool:
    """Whether that user can run the program."""
    return _succeeds([str(program), "--version"], credentials)


def _succeeds(argv: list[str], credentials: Credentials | None) -> bool:
    try:
        outcome = subprocess.run(  # noqa: S603 (fixed programs, a path as argument)
            argv,
            user=credentials.user_id if credentials else None,
            group=credentials.group_id if credentials else None,
            extra_groups=[] if credentials else None,
            cwd="/",
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return outcome.returncode == 0


def python_scripts() -> Path:
    """Where the wheels' programs are installed."""
    return Path(sys.executable).parent
