"""The servers' own plain log lines, taken apart so that they read and sort like everybody else's."""

import re
from datetime import datetime

POSTGRES = re.compile(r"(?P<moment>\S+ [\d:.]+) UTC \[\d+\] (?P<level>[A-Z0-9]+):\s+(?P<event>.*)")
NATS = re.compile(r"\[\d+\] (?P<moment>\S+ [\d:.]+) \[(?P<level>[A-Z]{3})\] ?(?P<event>.*)")
VALKEY = re.compile(r"\d+:[A-Z] (?P<moment>\d+ \w+ \d+ [\d:.]+) (?P<level>[.*#-]) (?P<event>.*)")

SHAPES = (
    (POSTGRES, "%Y-%m-%d %H:%M:%S.%f"),
    (NATS, "%Y/%m/%d %H:%M:%S.%f"),
    (VALKEY, "%d %b %Y %H:%M:%S.%f"),
)
LEVELS = {
    **dict.fromkeys(("WARNING", "WRN", "#"), "warning"),
    **dict.fromkeys(("ERROR", "ERR"), "error"),
    **dict.fromkeys(("FATAL", "PANIC", "FTL"), "critical"),
    **dict.fromkeys(("DBG", "TRC", ".", "-"), "debug"),
}


def parse_server_line(text: str) -> tuple[str, str, str]:
    """Moment (RFC 3339, or nothing), level and event of a line; any other text is an event alone."""
    for shape, time_format in SHAPES:
        match = shape.fullmatch(text)
        if match is not None:
            moment = datetime.strptime(match["moment"], time_format).isoformat(timespec="milliseconds")  # noqa: DTZ007 - all three write UTC
            return f"{moment}Z", LEVELS.get(match["level"], "info"), match["event"]
    return "", "", text
