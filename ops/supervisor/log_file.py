"""A log file that never fills the disk: when it is full it becomes `.1`, and the older ones move on."""

from contextlib import suppress
from pathlib import Path

FULL_BYTES = 10_000_000
KEPT = 3


class LogFile:
    """Appends lines; at `full_bytes` the file is renamed to `<name>.1`, at most `KEPT` old ones remain."""

    def __init__(self, path: Path, full_bytes: int = FULL_BYTES) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._full_bytes = full_bytes
        self._open()

    def write(self, line: bytes) -> None:
        """Append a line, without its end; the file is moved aside when it is full."""
        # A full disk costs log lines, never the process that wrote them.
        with suppress(OSError):
            if self._size + len(line) >= self._full_bytes and self._size:
                self._rotate()
            self._size += self._file.write(line + b"\n")

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    def _open(self) -> None:
        # Unbuffered: whoever follows the file sees each line when it is written.
        self._file = self._path.open("ab", buffering=0)
        self._size = self._path.stat().st_size

    def _rotate(self) -> None:
        self._file.close()
        for number in range(KEPT - 1, 0, -1):
            older = self._path.with_name(f"{self._path.name}.{number}")
            if older.exists():
                older.rename(self._path.with_name(f"{self._path.name}.{number + 1}"))
        self._path.rename(self._path.with_name(f"{self._path.name}.1"))
        self._open()
