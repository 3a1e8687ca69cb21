"""The pods that run on this machine, found by the state files of their supervisors."""

from collections.abc import Iterator
from pathlib import Path

from ops.supervisor.state_file import RunningPod

STATE_FILE = "state.json"


def running_pods(base: Path) -> Iterator[tuple[Path, RunningPod]]:
    """Every pod below the run base folder whose supervisor is alive, with its run folder."""
    for path in sorted(base.glob(f"*/{STATE_FILE}")):
        found = RunningPod.read(path)
        if found is not None and found.is_alive():
            yield path.parent, found
