"""A pod whose services rest while something is done that they must not see half of."""

from collections.abc import Iterator
from contextlib import contextmanager

from ops.deployment.engine import docker
from ops.deployment.installation import SERVICES, Installation
from ops.deployment.probe import Patience, wait_until_ready
from ops.deployment.record import Versions
from ops.deployment.rollout import Step


@contextmanager
def resting(pod: Installation, serving: Versions, step: Step, seconds: float) -> Iterator[None]:
    """The gateway ends first and begins last; they serve again however the block ends. Raises: DeploymentError."""
    present = [service for service in SERVICES if service in serving]
    try:
        with step("services rest"):
            for service in reversed(present):
                docker("stop", pod.planned_name(service))
        yield
    finally:
        with step("services serve"):
            for service in present:
                docker("start", pod.planned_name(service))
            for service in present:
                # Whoever asks for the end meanwhile waits: a pod is not left resting.
                wait_until_ready(pod.planned_name(service), serving[service], Patience(seconds, lambda: None))
