"""The names of the IANA time zone database: the machine's, or that of the package `tzdata` where it has none."""

from functools import cache
from zoneinfo import available_timezones


@cache
def known_time_zones() -> frozenset[str]:
    """Reads the whole database once (some 50 ms of files), so a service calls it at start, off the loop."""
    return frozenset(available_timezones())


def require_time_zone(name: str) -> str:
    """The name itself. Raises: ValueError for a name that is not in the database."""
    if name not in known_time_zones():
        raise ValueError("This is not a time zone of the IANA database.")
    return name
