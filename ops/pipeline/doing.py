"""Do a step's commands on this machine, as the runner would in its container: one shell, until the first failure."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from ops.pipeline.choosing import Happening
from ops.pipeline.document import FromSecret, Step


def do_step(step: Step, happening: Happening, root: Path) -> int:
    """The exit code of the first command that failed, or 0. Each command is printed before it is done."""
    script = "\n".join(f"printf '+ %s\\n' {_quoted(command)}\n{command}" for command in step.commands)
    environment = {**os.environ, **_told(happening), **_values(step)}
    sys.stdout.flush()
    return subprocess.run(["sh", "-eu", "-c", script], cwd=root, env=environment, check=False).returncode  # noqa: S603, S607 (our own file)


def _told(happening: Happening) -> Mapping[str, str]:
    """What the server tells every step (https://docs.drone.io/pipeline/environment/reference/), but for the commit."""
    return {
        "DRONE": "true",
        "DRONE_BUILD_EVENT": happening.event,
        "DRONE_BRANCH": happening.branch,
        "DRONE_TAG": happening.tag,
        "DRONE_DEPLOY_TO": happening.target,
    }


def _values(step: Step) -> Mapping[str, str]:
    """Secrets are this machine's own variables of that name; without one, nothing is set and its engine is used.

    A registry that the step names is the pipeline's: here DOCKER_REGISTRY says which, or none is asked.
    """
    plain = {name: value for name, value in step.environment.items() if not isinstance(value, FromSecret)}
    return {name: os.environ.get(name, value) for name, value in plain.items()}


def _quoted(command: str) -> str:
    escaped = command.replace("'", "'\\''")
    return f"'{escaped}'"
