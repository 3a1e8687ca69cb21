"""Where a feed goes on: the rank and id of the last post shown, and the moment at which its ranks were read.

The moment is a snapshot of PostgreSQL: its `xmin`, its `xmax` and the transactions between them that had not ended.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from shared.clock import format_time
from shared.database.keyset import bad_cursor, decode_cursor, encode_cursor

Rank = datetime | float | int
Snapshot = tuple[int, int, tuple[int, ...]]

HIGHEST_ID = UUID(int=2**128 - 1)
HIGHEST: dict[str, Rank] = {
    "new": datetime(9999, 1, 1, tzinfo=UTC),
    "active": datetime(9999, 1, 1, tzinfo=UTC),
    "hot": float("inf"),
    "top": 2**31 - 1,
}
# Numbers are short in it: all but the first are counted from the first.
_MOMENT = re.compile(r"(\d{1,18}):(\d{1,9}):((?:\d{1,9}(?:\.\d{1,9})*)?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Before all posts when there is no moment yet: then ranks are as they are now."""

    rank: Rank
    seen: UUID
    moment: Snapshot | None


def encode_feed_place(sort: str, place: Place) -> str:
    """The cursor of a place."""
    rank = format_time(place.rank) if isinstance(place.rank, datetime) else repr(place.rank)
    return encode_cursor(sort, rank, str(place.seen), "" if place.moment is None else _write(place.moment))


def decode_feed_place(sort: str, cursor: str | None) -> Place:
    """Where a feed in this order goes on; without a cursor its beginning.

    Raises:
        ServiceError: invalid `bad-cursor`.
    """
    highest = HIGHEST[sort]
    if cursor is None:
        return Place(highest, HIGHEST_ID, None)
    order, rank, seen, moment = (str(part) for part in decode_cursor(cursor, str, str, str, str))
    try:
        parsed = datetime.fromisoformat(rank) if isinstance(highest, datetime) else type(highest)(rank)
        place = Place(parsed, UUID(seen), _read(moment))
    except ValueError:
        raise bad_cursor() from None
    if order != sort or not _is_storable(parsed):
        raise bad_cursor()
    return place


def _is_storable(rank: Rank) -> bool:
    return rank.tzinfo is not None if isinstance(rank, datetime) else -(2**31) <= rank < 2**31


def _write(moment: Snapshot) -> str:
    first, last, open_ones = moment
    return f"{first}:{last - first}:{'.'.join(str(one - first) for one in open_ones)}"


def _read(moment: str) -> Snapshot | None:
    if not moment:
        return None
    found = _MOMENT.fullmatch(moment)
    if found is None:
        raise ValueError(moment)
    first, width = int(found[1]), int(found[2])
    offsets = sorted({int(offset) for offset in found[3].split(".") if offset})
    if first < 1 or any(offset >= width for offset in offsets):
        raise ValueError(moment)
    return first, first + width, tuple(first + offset for offset in offsets)
