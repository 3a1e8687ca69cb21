"""What a pod consists of and in which order it comes up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ops.supervisor.process_plan import Check, ProcessPlan


@dataclass(frozen=True, slots=True)
class Step:
    """A program that runs once on the way up, between the servers and the services."""

    label: str
    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    working_directory: Path
    is_done: Check | None = None
    """Asked first: true when there is nothing to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """Servers, then steps, then services, then steps that need the services."""

    pod: str
    data: Path
    run: Path
    servers: Sequence[ProcessPlan]
    preparing: Sequence[Step]
    services: Sequence[ProcessPlan]
    finishing: Sequence[Step] = ()
    urls: Mapping[str, str]
    facts: Mapping[str, str] = field(default_factory=dict)
    """More lines for the box: the demo account, how to stop."""

    @property
    def logs(self) -> Path:
        """The folder of its logs, one file per process."""
        return self.data / "logs"
