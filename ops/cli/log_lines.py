"""One line of a process's log as a person reads it: time, service, level, event, facts."""

import json
from dataclasses import dataclass

from ops.cli.server_lines import parse_server_line

NAME_WIDTH = 10
LEVEL_WIDTH = 7
EVENT_WIDTH = 28
LEVEL_COLOURS = {"debug": "2", "info": "32", "warning": "33", "error": "31", "critical": "1;31"}
NAME_COLOURS = ("36", "35", "34", "96", "95", "94", "92", "93")
SHOWN_ELSEWHERE = {"timestamp", "level", "event", "service", "logger"}
SHOWN_BELOW = "exception"


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line taken apart; moment and level are empty where a text does not tell them."""

    moment: str
    level: str
    event: str
    facts: dict[str, object]


def parse_log_line(line: bytes) -> LogLine:
    """A service's JSON line, or a server's own text, which has no facts."""
    text = line.decode(errors="replace").rstrip()
    try:
        record = json.loads(text)
    except ValueError:
        record = None
    if not isinstance(record, dict) or "event" not in record:
        return LogLine(*parse_server_line(text), {})
    facts = {key: value for key, value in record.items() if key not in SHOWN_ELSEWHERE}
    return LogLine(str(record.get("timestamp", "")), str(record.get("level", "")), str(record["event"]), facts)


class LogPainter:
    """Turns lines into text for the terminal, in colour when it has any."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour
        self._colours: dict[str, str] = {}

    def paint(self, name: str, line: bytes) -> str:
        """The line of process `name`, without a line end."""
        parsed = parse_log_line(line)
        colour = self._colours.setdefault(name, NAME_COLOURS[len(self._colours) % len(NAME_COLOURS)])
        trace = str(parsed.facts.pop(SHOWN_BELOW, ""))
        facts = " ".join(f"{self._ink('2', key + '=')}{_shown(value)}" for key, value in parsed.facts.items())
        event = parsed.event if not facts else f"{parsed.event:<{EVENT_WIDTH}}"
        text = " ".join(
            [
                self._ink("2", parsed.moment[11:23] or " " * 12),
                self._ink(colour, f"{name:<{NAME_WIDTH}}"),
                self._ink(LEVEL_COLOURS.get(parsed.level, "2"), f"{parsed.level:<{LEVEL_WIDTH}}"),
                event,
                facts,
            ]
        ).rstrip()
        return f"{text}\n{trace}" if trace else text

    def _ink(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text


def _shown(value: object) -> str:
    return value if isinstance(value, str) and " " not in value else json.dumps(value, ensure_ascii=False)
