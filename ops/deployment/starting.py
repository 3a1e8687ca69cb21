"""What a change of versions finds not running: a pod that is not there at all, and servers that were stopped."""

from ops.deployment.engine import EngineError, find_container
from ops.deployment.failures import DeploymentError
from ops.deployment.installation import DATABASE, Installation

# What every service needs, and compose alone makes.
BENEATH = (DATABASE, "redis", "nats", "port-keeper")


def is_there(pod: Installation) -> bool:
    """Whether the pod was ever started on this engine."""
    return find_container(pod.planned_name(DATABASE)) is not None


def is_awake(pod: Installation) -> bool:
    """Whether all that services need runs."""
    found = (find_container(pod.planned_name(name)) for name in BENEATH)
    return all(one is not None and one.is_running for one in found)


def start_whole(pod: Installation, version: str) -> None:
    """Every container of the pod, in the version. Raises: DeploymentError."""
    _up(pod, version)


def wake(pod: Installation, version: str) -> None:
    """What services need, as it was made; what never was is of the version. Raises: DeploymentError."""
    _up(pod, version, "--no-recreate", *BENEATH)


def _up(pod: Installation, version: str, *words: str) -> None:
    try:
        pod.compose("up", "--detach", "--wait", "--no-build", *words, version=version)
    except EngineError as error:
        raise DeploymentError(f"the pod did not come up: {error}") from error
