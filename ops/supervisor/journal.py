"""Where lines of the pod's processes and of the supervisor itself go: one file each, and whoever listens."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ops.supervisor.log_file import LogFile

SUPERVISOR = "supervisor"

Listener = Callable[[str, bytes], None]


class Journal:
    """Writes each line to `<folder>/<name>.log` and hands it to the listener (the console, in the foreground)."""

    def __init__(self, folder: Path, listener: Listener | None = None) -> None:
        self._folder = folder
        self._listener = listener
        self._files: dict[str, LogFile] = {}

    def copy(self, name: str, line: bytes) -> None:
        """Keep one line of the process `name`, without its line end."""
        if name not in self._files:
            self._files[name] = LogFile(self._folder / f"{name}.log")
        self._files[name].write(line)
        if self._listener is not None:
            self._listener(name, line)

    def note(self, event: str, **facts: object) -> None:
        """Record something that the supervisor did."""
        self._record("info", event, facts)

    def warn(self, event: str, **facts: object) -> None:
        """Record something that an operator should know."""
        self._record("warning", event, facts)

    def error(self, event: str, **facts: object) -> None:
        """Record something that went wrong."""
        self._record("error", event, facts)

    def close(self) -> None:
        """Close every file."""
        for file in self._files.values():
            file.close()

    def _record(self, level: str, event: str, facts: dict[str, object]) -> None:
        moment = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        self.copy(SUPERVISOR, json.dumps({"timestamp": moment, "level": level, "event": event, **facts}).encode())
