"""How a process's lines are read."""

import pytest

from ops.cli.log_lines import LogPainter, parse_log_line


@pytest.mark.parametrize(
    ("line", "moment", "level", "event"),
    [
        (
            b"2026-11-23 11:10:15.114 UTC [27802] LOG:  received fast shutdown request",
            "2026-11-23T11:10:15.114Z",
            "info",
            "received fast shutdown request",
        ),
        (b"[27804] 2026/11/23 11:10:15.118615 [WRN] Slow", "2026-11-23T11:10:15.118Z", "warning", "Slow"),
        (b"27803:M 23 Nov 2026 11:10:15.141 # Bye", "2026-11-23T11:10:15.141Z", "warning", "Bye"),
        (b"Traceback (most recent call last):", "", "", "Traceback (most recent call last):"),
        (b'{"event":"a.b","level":"info","timestamp":"T"}', "T", "info", "a.b"),
        (b'{"no event": 1}', "", "", '{"no event": 1}'),
    ],
)
def test_every_kind_of_line_is_taken_apart(line: bytes, moment: str, level: str, event: str) -> None:
    parsed = parse_log_line(line)
    assert (parsed.moment, parsed.level, parsed.event) == (moment, level, event)


def test_a_line_shows_time_service_level_event_and_facts() -> None:
    line = b'{"timestamp":"2026-11-23T11:10:15.114Z","level":"info","event":"request.answered","status":200}'
    words = LogPainter(colour=False).paint("gateway", line).split()
    assert words == ["11:10:15.114", "gateway", "info", "request.answered", "status=200"]


def test_a_traceback_stands_below_its_line() -> None:
    line = b'{"timestamp":"2026-11-23T11:10:15.114Z","level":"error","event":"a.b","exception":"Traceback\\n  x"}'
    assert LogPainter(colour=False).paint("auth", line).splitlines()[1:] == ["Traceback", "  x"]
