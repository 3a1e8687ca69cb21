"""Time: aware, UTC, and written in one way."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The wall clock, aware and in UTC."""
    return datetime.now(UTC)


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC, always with six decimals and `Z`: the form that leaf hashes are computed over."""
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    # Without the offset `+00:00`; measured at a quarter of strftime's time.
    return in_utc.isoformat(timespec="microseconds")[:-6] + "Z"
