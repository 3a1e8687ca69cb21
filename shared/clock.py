"""Time: aware, UTC, and written in one way."""

from datetime import UTC, datetime

import orjson


def utc_now() -> datetime:
    """The wall clock, aware and in UTC."""
    return datetime.now(UTC)


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC, always with six decimals and `Z`: the form that leaf hashes are computed over."""
    if type(moment) is datetime and moment.microsecond and moment.tzinfo is UTC:
        # In a quarter of the time; without a fraction it would leave the decimals out.
        return orjson.dumps(moment, option=orjson.OPT_UTC_Z)[1:-1].decode()
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
