"""What the list of all events is asked for."""

from typing import Annotated, Literal

from fastapi import Depends, Query

from services.event.streams.presentation import Form
from services.event.streams.selection import Selection
from shared.database.keyset import decode_cursor
from shared.errors import FieldError, Kind, ServiceError
from shared.events import catalogue
from shared.web.paging import LARGEST_PAGE
from shared.web.times import WrittenTime

LARGEST_VERSION = 2**31 - 1
LARGEST_POSITION = 2**53 - 1
MOST_TYPES = 20
LONGEST_WAIT_SECONDS = 30

EventType = Annotated[str, Query(max_length=100, pattern=r"^[a-z0-9_.]+$")]

Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE)]
Cursor = Annotated[str | None, Query(max_length=512, description="`next_cursor` of the page before")]
Wait = Annotated[
    float, Query(ge=0, le=LONGEST_WAIT_SECONDS, description="seconds to wait for something while there is nothing")
]


async def selection(
    event_types: Annotated[
        list[EventType] | None, Query(alias="type", max_length=MOST_TYPES, description="any of these types")
    ] = None,
    actor: Annotated[str | None, Query(max_length=100, description="who caused them")] = None,
    category: Annotated[str | None, Query(max_length=100, description="types of this category")] = None,
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
    return Selection(types, actor, None, since, until)


async def form(
    *,
    reveal: Annotated[bool, Query(description="decrypt personal fields")] = False,
    schema: Annotated[
        Literal["stored", "latest"], Query(description="`latest`: data in its type's newest version, not as hashed")
    ] = "stored",
) -> Form:
    """The dependency behind `FormDep`."""
    return Form(is_revealed=reveal, is_newest=schema == "latest")


FormDep = Annotated[Form, Depends(form)]
SelectionDep = Annotated[Selection, Depends(selection)]


def _members_of(category: str) -> frozenset[str]:
    members = frozenset(event.type for event in catalogue.EVENTS.values() if event.category == category)
    if not members:
        fault = FieldError("?category", "unknown-category", "The catalogue has no such category.")
        raise ServiceError(Kind.INVALID, "unknown-category", fault.detail, errors=[fault])
    return members


def start_of(cursor: str | None, otherwise: int) -> int:
    """Where a list goes on.

    Raises:
        ServiceError: invalid `bad-cursor`.
    """
    if cursor is None:
        return otherwise
    (value,) = (int(part) for part in decode_cursor(cursor, int))
    if not 0 <= value <= LARGEST_POSITION:
        raise ServiceError(Kind.INVALID, "bad-cursor", "The cursor was not given by this list.")
    return value
