"""The log in the foreground: only what is wrong while the pod comes up, everything afterwards."""

import sys

from ops.cli.log_lines import LogPainter, parse_log_line
from ops.supervisor.journal import SUPERVISOR

SHOWN_EARLY = {"error", "critical"}


class ConsoleLog:
    """A journal's listener that prints to standard output."""

    def __init__(self, *, colour: bool) -> None:
        self._painter = LogPainter(colour=colour)
        self._is_open = False

    def open(self) -> None:
        """From now on print every line."""
        self._is_open = True

    def __call__(self, name: str, line: bytes) -> None:
        if self._is_open or self._matters_early(name, parse_log_line(line).level):
            sys.stdout.write(self._painter.paint(name, line) + "\n")
            sys.stdout.flush()

    @staticmethod
    def _matters_early(name: str, level: str) -> bool:
        # The servers warn of much on every start; what the supervisor warns of is a process that ended.
        return level in SHOWN_EARLY or (name == SUPERVISOR and level == "warning")
