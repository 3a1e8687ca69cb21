"""How much memory a process tree really takes: proportional set size, shared pages divided among their users."""

from collections import defaultdict
from pathlib import Path


def pss_of_tree(pid: int) -> int:
    """Pss in bytes of a process and all its descendants; 0 where it is gone or may not be read.

    Source: smaps_rollup, proc_pid_smaps(5). Cost: one pass over /proc.
    """
    children = _children_by_parent()
    total, open_pids = 0, [pid]
    while open_pids:
        current = open_pids.pop()
        total += _pss(current)
        open_pids += children[current]
    return total


def _children_by_parent() -> dict[int, list[int]]:
    children: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (parent := _parent(folder)) is not None:
            children[parent].append(int(folder.name))
    return children


def _parent(folder: Path) -> int | None:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
