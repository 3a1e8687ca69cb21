"""Keyset pagination: a cursor is the sort key of the last row seen, opaque to clients."""

import base64
import binascii

import orjson

from shared.errors import Kind, ServiceError

LONGEST_CURSOR = 512


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
            raise _bad_cursor()
        padded = cursor + "=" * (-len(cursor) % 4)
        values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise _bad_cursor() from None
    if not isinstance(values, list) or [type(value) for value in values] != list(types):
        raise _bad_cursor()
    return tuple(values)


def _bad_cursor() -> ServiceError:
    return ServiceError(Kind.INVALID, "bad-cursor", "The cursor was not given by this list.")
