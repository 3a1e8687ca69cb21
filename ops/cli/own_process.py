"""Runs a heavy room as a process of its own: the command stays quick, and a long-running one stays small."""

import subprocess
import sys

from ops.cli.failures import CommandError
from ops.embedded.service_plans import PROJECT_ROOT


def run_room(module: str, *argv: str) -> None:
    """Run `python -m module argv…` on this terminal. Raises: CommandError when it fails; it has said why by then."""
    done = subprocess.run([sys.executable, "-m", module, *argv], cwd=PROJECT_ROOT, check=False)  # noqa: S603 - our own modules
    if done.returncode != 0:
        raise CommandError("", done.returncode)
