"""Time: aware, UTC, and written in one way."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The wall clock, aware and in UTC."""
    return datetime.now(UTC)


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC, always with six decimals and `Z`: the form that leaf hashes are computed over."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
