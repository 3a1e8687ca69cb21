"""Asking an instance, inside its container, whether it is ready and which build it is."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from ops.deployment.engine import Container, EngineError, docker, find_container, last_words
from ops.deployment.failures import DeploymentError
from ops.deployment.installation import PAGE

POLL_SECONDS = 0.5
# Standard library alone and nothing of ours: it has to work in the images of every version.
_SCRIPT = """
import http.client, json, os
port = int((os.environ.get("INNER_LISTEN") or os.environ["LISTEN"]).rpartition(":")[2])
def ask(path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers={"Host": "localhost"})
    answer = connection.getresponse()
    return answer.status, answer.read()
print(json.dumps({"ready": ask("/health/ready")[0] == 200, **json.loads(ask("/version")[1])}))
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What an instance says of itself."""

    is_ready: bool
    version: str
    schema_revision: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an instance may take to be ready, and who may end the wait by raising."""

    seconds: float
    heed: Callable[[], None]


def ask(container: str) -> Said | None:
    """What the instance in the container says, None while it does not answer."""
    try:
        said = json.loads(docker("exec", container, "python", "-c", _SCRIPT))
    except (EngineError, ValueError):
        return None
    return Said(said["ready"], said.get("version", ""), said.get("schema_revision", ""))


def wait_until_ready(container: str, version: str, patience: Patience) -> None:
    """Wait until the instance takes work and says that it is of the version.

    Raises: DeploymentError with the reason why it never will.
    """
    deadline = time.monotonic() + patience.seconds
    said: Said | None = None
    while time.monotonic() < deadline:
        patience.heed()
        said = _asked(_require_alive(container))
        if said is not None and said.is_ready:
            _require_version(said, version)
            return
        time.sleep(POLL_SECONDS)
    was = "did not answer" if said is None else "was not ready"
    raise DeploymentError(f"the new instance {was} within {patience.seconds:.0f} s{_words(container)}")


def _asked(container: Container) -> Said | None:
    """What it says; the page, which speaks no Python, is of its image's version once the engine finds it well."""
    if container.service == PAGE:
        return Said(container.health == "healthy", container.version, "")
    return ask(container.id)


def _require_alive(name: str) -> Container:
    container = find_container(name)
    if container is None:
        raise DeploymentError("the new instance was removed by somebody")
    if container.restarts or not container.is_running:
        # Begun anew by the engine it has no code any more.
        code = f" with code {container.exit_code}" if container.exit_code else ""
        raise DeploymentError(f"the new instance ended{code}{_words(name)}")
    return container


def _require_version(said: Said, version: str) -> None:
    if said.version.removeprefix("v") != version.removeprefix("v"):
        raise DeploymentError(f"the image named {version} says that it is {said.version}")


def _words(container: str) -> str:
    words = last_words(container)
    return f": {words}" if words else ""
