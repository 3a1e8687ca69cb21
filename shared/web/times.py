"""Times in queries."""

from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator


def _require_written_time(value: object) -> object:
    """Pydantic takes a bare number for seconds since 1970; a time here is RFC 3339."""
    if isinstance(value, str) and "T" not in value.upper():
        message = "give an RFC 3339 time"
        raise ValueError(message)
    return value


WrittenTime = Annotated[AwareDatetime, BeforeValidator(_require_written_time)]
"""An RFC 3339 time with its offset."""
