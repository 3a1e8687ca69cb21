"""Times that clients write, in queries and bodies."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

# Source: RFC 3339 §5.6.
_RFC_3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,12})?(Z|[+-]\d{2}:\d{2})", re.ASCII | re.IGNORECASE)


def _require_written_time(value: object) -> object:
    """Pydantic takes a bare number for seconds since 1970; a time here is RFC 3339."""
    if isinstance(value, str) and "T" not in value.upper():
        message = "give an RFC 3339 time"
        raise ValueError(message)
    return value


def _require_rfc_3339(value: object) -> object:
    if not isinstance(value, str) or _RFC_3339.fullmatch(value) is None:
        message = "give an RFC 3339 time"
        raise ValueError(message)
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        message = "this time is out of range"
        raise ValueError(message) from None


WrittenTime = Annotated[AwareDatetime, BeforeValidator(_require_written_time)]
"""An RFC 3339 time with its offset."""
Moment = Annotated[AwareDatetime, BeforeValidator(_require_rfc_3339), AfterValidator(_in_utc)]
"""A time in a body: a text of RFC 3339 and nothing else; in UTC."""
