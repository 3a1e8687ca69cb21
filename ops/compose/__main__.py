"""Run a job of the pod in containers: `python -m ops.compose init|migrate`."""

import asyncio
import sys

from ops.compose.environment import WRONG_CONFIGURATION, pod_of_environment
from ops.compose.migration import migrate
from ops.compose.secret_volumes import fill_volumes


def main(job: str) -> int:
    """The job's exit code."""
    match job:
        case "init":
            fill_volumes(pod_of_environment())
            return 0
        case "migrate":
            return asyncio.run(migrate(pod_of_environment()))
        case _:
            sys.stderr.write("usage: python -m ops.compose init|migrate\n")
            return WRONG_CONFIGURATION


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
