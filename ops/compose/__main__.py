"""Run a job of the pod in containers: `python -m ops.compose init|migrate [--to REVISION]|secret NAME <FILE`."""

import asyncio
import sys
from collections.abc import Sequence

from ops.compose.environment import (
    WRONG_CONFIGURATION,
    payload_of_environment,
    pod_of_environment,
    stage_of_environment,
)
from ops.compose.migration import migrate
from ops.compose.secret_volumes import fill_volumes, take_secret


def main(argv: Sequence[str]) -> int:
    """The job's exit code."""
    match argv:
        case ["init"]:
            fill_volumes(pod_of_environment(), stage_of_environment(), payload_of_environment())
            return 0
        case ["migrate"]:
            return asyncio.run(migrate(pod_of_environment()))
        case ["migrate", "--to", revision]:
            return asyncio.run(migrate(pod_of_environment(), revision))
        case ["secret", name]:
            return _take(name)
        case _:
            sys.stderr.write("usage: python -m ops.compose init|migrate [--to REVISION]|secret NAME <FILE\n")
            return WRONG_CONFIGURATION


def _take(name: str) -> int:
    """Over standard input, so that it stands in no list of processes and no history."""
    try:
        take_secret(name, sys.stdin.read())
        fill_volumes(pod_of_environment(), stage_of_environment(), payload_of_environment())
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_CONFIGURATION
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
