"""Runs a heavy room as a process of its own: the command stays quick, and a long-running one stays small."""

import subprocess
import sys
from collections.abc import Mapping

from ops.cli.failures import CommandError
from ops.embedded.service_plans import PROJECT_ROOT


def run_room(module: str, *argv: str, environment: Mapping[str, str] | None = None) -> None:
    """Run `python -m module argv…` on this terminal. Raises: CommandError when it fails; it has said why by then."""
    command = [sys.executable, "-m", module, *argv]
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=environment, check=False)  # noqa: S603 - our own modules
    if done.returncode != 0:
        raise CommandError("", done.returncode)
