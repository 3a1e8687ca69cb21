"""One service's instances: a new one beside the old, the name that belongs to the one that serves, and the way back.

The name moves when the new instance is ready: the gateway finds a service by it, on every new connection. What has
been connected before is told by the old instance, which drains. Public ports are lent by their keeper to both.
"""

from dataclasses import dataclass

from ops.deployment.engine import Container, EngineError, containers_of, docker, find_container, remove
from ops.deployment.failures import DeploymentError, LeftError
from ops.deployment.installation import Installation
from ops.deployment.probe import Patience, wait_until_ready

OLD, FAILED = "-old", "-failed"


@dataclass(frozen=True, slots=True)
class Replaced:
    """A service that has a new instance; the old one is stopped, and there until all is well."""

    service: str
    old: Container | None
    version: str


def replace(pod: Installation, service: str, version: str, patience: Patience) -> Replaced:
    """Put an instance of the version in the place of the one that serves, which is left to be retired.

    Raises: DeploymentError: the one that served still does; LeftError: nobody knows.
    """
    name = pod.planned_name(service)
    old = find_container(name)
    if old is None:
        _start_first(pod, service, version, patience)
        return Replaced(service, None, version)
    try:
        if pod.publishes(service):
            docker("stop", old.id)
        fresh = _start_beside(pod, service, version)
        wait_until_ready(fresh, version, patience)
        docker("rename", old.id, name + OLD)
        docker("rename", fresh, name)
    except DeploymentError as error:
        try:
            _keep(pod, service, old)
        except EngineError as second:
            raise LeftError(f"{error}; and could not go back: {second}") from error
        raise
    return Replaced(service, old, version)


def retire(replaced: Replaced) -> None:
    """Let the old instance end, in its own grace: it is told to drain, and finishes what it has begun."""
    if replaced.old is not None:
        docker("stop", replaced.old.id)


def give_back(pod: Installation, replaced: Replaced, patience: Patience) -> None:
    """Let the old instance serve again, just as it was. Raises: DeploymentError."""
    name = pod.planned_name(replaced.service)
    failed = find_container(name)
    if replaced.old is None:
        remove([name])
        return
    if failed is not None and pod.publishes(replaced.service):
        docker("stop", failed.id)
    docker("start", replaced.old.id)
    wait_until_ready(replaced.old.id, replaced.old.version, patience)
    if failed is not None:
        docker("rename", failed.id, name + FAILED)
    docker("rename", replaced.old.id, name)
    if failed is not None:
        docker("stop", failed.id)
        remove([failed.id])


def forget_old(pod: Installation, service: str) -> None:
    """Remove what a change of versions that is over, or was broken off, has left of a service.

    The one that has the planned name stays; when none has it, the old one gets it back.
    """
    name = pod.planned_name(service)
    serving, old = find_container(name), find_container(name + OLD)
    if serving is None and old is not None:
        docker("rename", old.id, name)
        docker("start", old.id)
        serving = old
    if serving is not None:
        others = [each for each in containers_of(pod.project, service) if each != serving.id]
        if others:
            # One that was left running drains first.
            docker("stop", *others)
        remove(others)


def _start_first(pod: Installation, service: str, version: str, patience: Patience) -> None:
    pod.compose("up", "--detach", "--no-deps", "--no-build", service, version=version)
    name = pod.planned_name(service)
    try:
        wait_until_ready(name, version, patience)
    except DeploymentError:
        remove([name])
        raise


def _start_beside(pod: Installation, service: str, version: str) -> str:
    before = set(containers_of(pod.project, service))
    scale = ("--scale", f"{service}={len(before) + 1}")
    kept = ("--no-deps", "--no-recreate", "--no-build", "--pull", "never")
    with pod.beside(service) as override:
        pod.compose("up", "--detach", *kept, *scale, service, version=version, override=override)
    made = set(containers_of(pod.project, service)) - before
    if len(made) != 1:
        raise DeploymentError(f"compose made {len(made)} containers instead of one")
    return made.pop()


def _keep(pod: Installation, service: str, old: Container) -> None:
    """The one that served goes on, alone."""
    name = pod.planned_name(service)
    remove([each for each in containers_of(pod.project, service) if each != old.id])
    if _name_of(old.id) != name:
        docker("rename", old.id, name)
    docker("start", old.id)


def _name_of(container: str) -> str:
    found = find_container(container)
    return found.name if found else ""
