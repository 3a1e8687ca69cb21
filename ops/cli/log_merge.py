"""The logs of several processes as one: the last lines in order of time, and what comes after them."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

from ops.cli.log_lines import parse_log_line

POLL_SECONDS = 0.2
TAIL_BYTES = 2_000_000

NamedLine = tuple[str, bytes]


def log_files(folder: Path, name: str | None) -> list[Path]:
    """The current log file of each process, or of the named one only."""
    return sorted(folder.glob(f"{name or '*'}.log"))


def last_lines(files: Iterable[Path], count: int) -> list[NamedLine]:
    """The last `count` lines of all files together, in order of time."""
    merged = heapq.merge(*(_timed(path) for path in files), key=lambda entry: entry[0])
    return [(name, line) for _, name, line in merged][-count:]


async def follow(folder: Path, name: str | None) -> AsyncIterator[NamedLine]:
    """Each line written from now on, for ever; a file that is moved aside or appears later is followed too."""
    ends = {path: _size(path) for path in log_files(folder, name)}
    while True:
        await asyncio.sleep(POLL_SECONDS)
        fresh: list[tuple[str, str, bytes]] = []
        for path in log_files(folder, name):
            start = ends.get(path, 0)
            start = start if _size(path) >= start else 0
            lines, ends[path] = _lines_from(path, start)
            fresh += _with_time(path.stem, lines)
        for _, process, line in sorted(fresh, key=lambda entry: entry[0]):
            yield process, line


def _timed(path: Path) -> Iterator[tuple[str, str, bytes]]:
    lines, _ = _lines_from(path, max(0, _size(path) - TAIL_BYTES))
    return _with_time(path.stem, lines)


def _with_time(name: str, lines: list[bytes]) -> Iterator[tuple[str, str, bytes]]:
    # A server's plain text has no time that sorts with the others: it stays behind the line above it.
    latest = ""
    for line in lines:
        latest = parse_log_line(line).moment or latest
        yield latest, name, line


def _lines_from(path: Path, start: int) -> tuple[list[bytes], int]:
    with path.open("rb") as file:
        file.seek(start)
        whole, _, _ = file.read().rpartition(b"\n")
    return (whole.split(b"\n") if whole else []), start + len(whole) + bool(whole)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
