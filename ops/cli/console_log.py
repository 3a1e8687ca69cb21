"""The log in the foreground: only what is wrong while the pod comes up, everything afterwards."""

import sys

from ops.cli.log_lines import LogPainter, parse_log_line

SHOWN_EARLY = {"warning", "error", "critical"}


class ConsoleLog:
    """A journal's listener that prints to standard output."""

    def __init__(self, *, colour: bool) -> None:
        self._painter = LogPainter(colour=colour)
        self._is_open = False

    def open(self) -> None:
        """From now on print every line."""
        self._is_open = True

    def __call__(self, name: str, line: bytes) -> None:
        if self._is_open or parse_log_line(line).level in SHOWN_EARLY:
            sys.stdout.write(self._painter.paint(name, line) + "\n")
            sys.stdout.flush()
