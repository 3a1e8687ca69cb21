"""The audit list as a file: JSON lines, or CSV (RFC 4180) that no spreadsheet runs."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import orjson

Format = Literal["csv", "jsonl"]

MEDIA_TYPES: Mapping[Format, str] = {
    "csv": "text/csv; charset=utf-8; header=present",
    "jsonl": "application/jsonl; charset=utf-8",
}
COLUMNS = (
    "position",
    "event_id",
    "occurred_at",
    "actor",
    "action",
    "subject",
    "request_id",
    "reason",
    "address",
    "user_agent",
    "route",
    "impersonator",
)
# What spreadsheets take for the beginning of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

Writer = Callable[[Sequence[bytes]], bytes]


def beginning(file_format: Format) -> bytes:
    """What stands before the first entry."""
    return _lines([COLUMNS]) if file_format == "csv" else b""


def as_csv(items: Sequence[bytes]) -> bytes:
    """Entries, each JSON, as rows."""
    return _lines([_row(orjson.loads(item)) for item in items])


def as_json_lines(items: Sequence[bytes]) -> bytes:
    """Entries, each JSON, as lines; PostgreSQL puts spaces into JSON, and never a line break."""
    return b"".join(item + b"\n" for item in items)


WRITERS: Mapping[Format, Writer] = {"csv": as_csv, "jsonl": as_json_lines}


def _row(entry: Mapping[str, Any]) -> list[str]:
    cells = {**entry, **(entry["origin"] or {})}
    return [_cell(cells.get(name)) for name in COLUMNS]


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode()
