"""What the audit list and its export are asked for."""

from typing import Annotated, Literal

from fastapi import Depends, Query

from services.event.audit.selection import LARGEST_POSITION, Part, Selection
from shared.database.keyset import decode_cursor, encode_cursor
from shared.errors import FieldError, Kind, ServiceError
from shared.events import catalogue
from shared.web.times import WrittenTime

MOST_TYPES = 20

# No NUL, which no text column can hold.
Text = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]+$")]
EventType = Annotated[str, Query(max_length=100, pattern=r"^[a-z0-9_.]+$")]


async def selection(  # noqa: PLR0913 (query parameters)
    *,
    actor: Annotated[Text | None, Query(description="who: an account id, or `system`")] = None,
    event_types: Annotated[
        list[EventType] | None, Query(alias="type", max_length=MOST_TYPES, description="what: any of these types")
    ] = None,
    category: Annotated[Text | None, Query(description="what: types of this category")] = None,
    subject: Annotated[Text | None, Query(description="to what: a stream")] = None,
    request_id: Annotated[Text | None, Query(description="in which request")] = None,
    address: Annotated[Text | None, Query(description="from where: a client's address")] = None,
    has_reason: Annotated[bool | None, Query(description="why: whether a reason was given")] = None,
    since: Annotated[WrittenTime | None, Query(alias="from", description="not before this time")] = None,
    until: Annotated[WrittenTime | None, Query(alias="to", description="before this time")] = None,
) -> Selection:
    """The dependency behind `SelectionDep`.

    Raises:
        ServiceError: invalid `unknown-category`.
    """
    types = frozenset(event_types) if event_types else None
    if category is not None:
        members = _members_of(category)
        types = members if types is None else types & members
    return Selection(actor, types, subject, request_id, address, has_reason, since, until)


async def part(
    after: Annotated[int, Query(ge=0, le=LARGEST_POSITION, description="behind this position")] = 0,
    order: Annotated[Literal["asc", "desc"], Query(description="`desc`: the newest first")] = "asc",
) -> Part:
    """The dependency behind `PartDep`."""
    return Part(after, is_newest_first=order == "desc")


SelectionDep = Annotated[Selection, Depends(selection)]
PartDep = Annotated[Part, Depends(part)]


def cursor_of(part: Part) -> str:
    """An opaque text for what is left."""
    return encode_cursor(part.after, part.upto, int(part.is_newest_first))


def part_of(cursor: str) -> Part:
    """What is left, by the cursor of the page before.

    Raises:
        ServiceError: invalid `bad-cursor`.
    """
    after, upto, order = (int(value) for value in decode_cursor(cursor, int, int, int))
    if not (0 <= after <= LARGEST_POSITION and 0 <= upto <= LARGEST_POSITION and order in {0, 1}):
        raise ServiceError(Kind.INVALID, "bad-cursor", "The cursor was not given by this list.")
    return Part(after, upto, is_newest_first=bool(order))


def _members_of(category: str) -> frozenset[str]:
    members = frozenset(event.type for event in catalogue.EVENTS.values() if event.category == category)
    if not members:
        fault = FieldError("?category", "unknown-category", "The catalogue has no such category.")
        raise ServiceError(Kind.INVALID, "unknown-category", fault.detail, errors=[fault])
    return members
