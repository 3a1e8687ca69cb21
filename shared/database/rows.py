"""Answers as JSON that PostgreSQL builds, so that rows never become Python objects on the way out."""

from typing import Any

from sqlalchemy import ColumnElement, func, literal_column
from sqlalchemy.dialects.postgresql import JSON

_TIME_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


def json_time(column: ColumnElement[Any]) -> ColumnElement[str]:
    """A timestamp as RFC 3339 in UTC with six decimals, as `shared.clock.format_time` writes it."""
    return func.to_char(func.timezone("UTC", column), _TIME_FORMAT)


def json_object(**columns: ColumnElement[Any]) -> ColumnElement[bytes]:
    """One JSON object with these members in this order; arrives as bytes."""
    pairs = [part for name, column in columns.items() for part in (literal_column(f"'{name}'"), column)]
    return func.json_build_object(*pairs, type_=JSON)
