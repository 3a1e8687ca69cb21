"""What a running pod tells the other commands about itself: one small file, replaced as a whole."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, Self

PodState = Literal["starting", "running", "degraded", "stopped"]


@dataclass(frozen=True, slots=True)
class ProcessState:
    """One process. `started` is its start in clock ticks since boot: with it, a reused pid is told apart.

    `beside` is the second instance while one takes the other's place: first the one to come, then the one that leaves.
    """

    name: str
    pid: int | None
    started: int | None
    port: int | None
    state: str
    restarts: int
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class RunningPod:
    """A pod as its supervisor last wrote it."""

    pod: str
    data: str
    supervisor_pid: int
    supervisor_started: int
    state: PodState
    urls: Mapping[str, str]
    processes: tuple[ProcessState, ...] = ()
    failure: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The pod of a state file, or None when there is none."""
        try:
            content = json.loads(path.read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        processes = tuple(ProcessState(**process) for process in content.pop("processes"))
        return cls(**content, processes=processes)

    def write(self, path: Path) -> None:
        """Replace the file as a whole: a reader sees the old content or the new one."""
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_text(json.dumps(asdict(self)))
        draft.replace(path)

    def is_alive(self) -> bool:
        """Whether the supervisor that wrote this still runs."""
        return start_ticks(self.supervisor_pid) == self.supervisor_started


def start_ticks(pid: int) -> int | None:
    """When a process started, in clock ticks since boot (field 22 of /proc/<pid>/stat); None when there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    is_gone = fields[0] in {"Z", "X"}
    return None if is_gone else int(fields[19])
