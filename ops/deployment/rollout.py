"""Bringing a pod to other versions: one service at a time, and back to where it was at the first that is not well."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from ops.deployment.engine import EngineError, find_container
from ops.deployment.failures import DeploymentError, LeftError, WentBackError
from ops.deployment.installation import PAGE, SERVICES, Installation
from ops.deployment.instances import Replaced, forget_old, give_back, replace, retire
from ops.deployment.probe import Patience
from ops.deployment.record import Record, Versions
from ops.deployment.versions import version_of

ALL = (*SERVICES, PAGE)
Step: TypeAlias = Callable[[str], AbstractContextManager[None]]
"""Tells an operator of a step while it runs."""


@dataclass(slots=True)
class Rollout:
    """One change of a pod's versions, on record under a number."""

    pod: Installation
    record: Record
    number: int
    step: Step
    patience: Patience
    _replaced: list[Replaced] = field(default_factory=list)

    def run(self, versions: Versions, images: Mapping[str, str]) -> None:
        """Replace every service that does not serve its version yet.

        Raises: WentBackError when one could not be; DeploymentError when the way back was barred too.
        """
        try:
            for service in ALL:
                self.patience.heed()
                if service in versions and not self._serves(service, images):
                    self._replace(service, versions[service])
        except DeploymentError as error:
            self._go_back(str(error))
            if isinstance(error, LeftError):
                raise
            raise WentBackError(str(error)) from error
        for service in versions:
            forget_old(self.pod, service)

    def _serves(self, service: str, images: Mapping[str, str]) -> bool:
        serving = find_container(self.pod.planned_name(service))
        return serving is not None and serving.is_running and serving.image_id == images.get(service)

    def _replace(self, service: str, version: str) -> None:
        with self.step(f"{service} {version}"):
            try:
                replaced = replace(self.pod, service, version, self.patience)
                # From here on it has to be given back, whatever happens.
                self._replaced.append(replaced)
                retire(replaced)
            except DeploymentError as error:
                raise type(error)(f"{service}: {error}") from error
        self.record.step(self.number, f"{service} replaced by {version}")

    def _go_back(self, reason: str) -> None:
        self._note(reason)
        failed = []
        for replaced in reversed(self._replaced):
            try:
                with self.step(f"{replaced.service} back"):
                    give_back(self.pod, replaced, Patience(self.patience.seconds, _go_on))
                self._note(f"{replaced.service} went back")
            except DeploymentError as error:
                failed.append(f"{replaced.service}: {error}")
        if failed:
            raise DeploymentError(f"{reason}; and could not go back: {'; '.join(failed)}")

    def _note(self, what: str) -> None:
        """A full disc that keeps the record from being written must not keep the pod from going back."""
        with suppress(EngineError):
            self.record.step(self.number, what)


def _go_on() -> None:
    """The way back is not left half way."""


def serving_versions(pod: Installation) -> Versions:
    """The version of each service that runs, and of the page where there is one."""
    found = {service: find_container(pod.planned_name(service)) for service in ALL}
    return {service: version_of(one.image) or one.version for service, one in found.items() if one is not None}
