"""Keyset pagination: a cursor is the sort key of the last row seen, opaque to clients."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

import orjson

from shared.clock import format_time
from shared.errors import Kind, ServiceError

LONGEST_CURSOR = 2_048
LARGEST_POSITION = 2**53 - 1
"""What every client can count to."""


def encode_cursor(*values: str | int) -> str:
    """An opaque, URL-safe cursor of a row's sort key."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).rstrip(b"=").decode()


def decode_cursor(cursor: str, *types: type) -> tuple[str | int, ...]:
    """The sort key in a cursor that `encode_cursor` made of values of these types.

    Raises:
        ServiceError: invalid `bad-cursor`.
    """
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise bad_cursor()
        padded = cursor + "=" * (-len(cursor) % 4)
        values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise bad_cursor() from None
    if not isinstance(values, list) or [type(value) for value in values] != list(types):
        raise bad_cursor()
    return tuple(values)


def bad_cursor() -> ServiceError:
    """422: not a cursor of ours, or another list's."""
    return ServiceError(Kind.INVALID, "bad-cursor", "The cursor was not given by this list.")


def decode_position(cursor: str | None) -> int:
    """Before which position a list goes on that has the newest first; None is its beginning.

    Raises:
        ServiceError: invalid `bad-cursor`.
    """
    if cursor is None:
        return LARGEST_POSITION
    (position,) = decode_cursor(cursor, int)
    if not 0 <= int(position) <= LARGEST_POSITION:
        raise bad_cursor()
    return int(position)


def decode_id(cursor: str) -> UUID:
    """After which id a list goes on that is ordered by ids alone.

    Raises:
        ServiceError: invalid `bad-cursor`.
    """
    (identity,) = decode_cursor(cursor, str)
    try:
        return UUID(str(identity))
    except ValueError:
        raise bad_cursor() from None


def encode_place(moment: datetime, identity: UUID) -> str:
    """The cursor of a row in a list ordered by time and then by id."""
    return encode_cursor(format_time(moment), str(identity))


def decode_place(cursor: str | None) -> tuple[datetime | None, UUID | None]:
    """Where a list ordered by time and id goes on; two Nones are its beginning.

    Raises:
        ServiceError: invalid `bad-cursor`.
    """
    if cursor is None:
        return None, None
    moment, identity = decode_cursor(cursor, str, str)
    try:
        return datetime.fromisoformat(str(moment)), UUID(str(identity))
    except ValueError:
        raise bad_cursor() from None
