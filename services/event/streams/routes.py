"""Read a stream, read all."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response

from services.event.streams.queries import Filter, find_event, list_events, list_stream
from services.event.streams.schemas import EventAnswer, EventList
from shared.database.keyset import decode_cursor, encode_cursor
from shared.errors import Kind, ServiceError, not_found
from shared.events.envelope import StoredEvent
from shared.identity.permissions import Permission
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import Call, CallDep, may
from shared.web.paging import LARGEST_PAGE, page_response
from shared.web.problems import problems

LARGEST_VERSION = 2**31 - 1
LARGEST_POSITION = 2**53 - 1

router = APIRouter(tags=["events"], route_class=StrictRoute)

Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE)]
Cursor = Annotated[str | None, Query(max_length=512, description="`next_cursor` of the page before")]
Reveal = Annotated[bool, Query(description="decrypt personal fields")]


@router.get(
    "/events/streams/{stream}",
    responses={200: {"model": EventList}, **problems(400, 401, 403, 404, 422, 503)},
)
async def read_stream(  # noqa: PLR0913 (query parameters)
    request: Request,
    call: CallDep,
    stream: str,
    *,
    start: Annotated[int | None, Query(alias="from", ge=1, le=LARGEST_VERSION, description="first version")] = None,
    direction: Literal["forward", "backward"] = "forward",
    limit: Limit = 20,
    cursor: Cursor = None,
    reveal: Reveal = False,
) -> Response:
    """A stream's events as hashed. Operators and auditors see all, a person what they caused."""
    is_forward = direction == "forward"
    first = start or (1 if is_forward else LARGEST_VERSION)
    if cursor is not None:
        (first,) = (int(value) for value in decode_cursor(cursor, int))
        _require_version(first)
    events, head = await list_stream(
        call.pool, stream, start=first, is_forward=is_forward, most=limit + 1, viewer=await _viewer(call)
    )
    page, more = events[:limit], events[limit:]
    next_cursor = encode_cursor(more[0].version) if more else None
    return page_response(request, await _items(call, page, reveal=reveal), next_cursor, position=head)


@router.get("/events", responses={200: {"model": EventList}, **problems(400, 401, 403, 404, 422, 503)})
async def read_all(  # noqa: PLR0913 (query parameters)
    request: Request,
    call: CallDep,
    *,
    after: Annotated[int, Query(ge=0, le=LARGEST_POSITION, description="a position")] = 0,
    limit: Limit = 20,
    event_type: Annotated[str | None, Query(alias="type", max_length=100)] = None,
    actor: Annotated[str | None, Query(max_length=100)] = None,
    cursor: Cursor = None,
    reveal: Reveal = False,
) -> Response:
    """All sealed events by position, as hashed. Operators and auditors see all, a person what they caused."""
    if cursor is not None:
        (after,) = (int(value) for value in decode_cursor(cursor, int))
        _require_version(after)
    wanted = Filter(event_type, actor, await _viewer(call))
    events, head = await list_events(call.pool, after, limit + 1, wanted)
    page, more = events[:limit], events[limit:]
    next_cursor = encode_cursor(page[-1].position) if more else None
    return page_response(request, await _items(call, page, reveal=reveal), next_cursor, position=head)


@router.get(
    "/events/by-id/{event_id}",
    responses={200: {"model": EventAnswer}, **problems(400, 401, 403, 404, 422, 503)},
)
async def read_by_id(request: Request, call: CallDep, event_id: UUID, *, reveal: Reveal = False) -> Response:
    """One event, with its position as soon as it is sealed."""
    found = await find_event(call.pool, event_id, await _viewer(call))
    if found is None:
        raise not_found("event")
    event, head = found
    (item,) = await _items(call, [event], reveal=reveal)
    return respond(request, item, position=head)


async def _items(call: Call, events: Sequence[StoredEvent], *, reveal: bool) -> list[bytes]:
    if not reveal or call.person_keys is None:
        return [orjson.dumps(event.to_json()) for event in events]
    revealed = await call.person_keys.reveal(call.pool, events)
    return [
        orjson.dumps({**event.to_json(), "data": data, "erased": _erased(event, data)})
        for event, data in zip(events, revealed, strict=True)
    ]


def _erased(event: StoredEvent, revealed: dict[str, object]) -> list[str]:
    return sorted(name for name, value in revealed.items() if value is None and event.data.get(name) is not None)


async def _viewer(call: Call) -> str | None:
    return None if await may(call, Permission.READ_ALL_EVENTS) else str(call.actor)


def _require_version(value: int) -> None:
    if not 0 <= value <= LARGEST_POSITION:
        raise ServiceError(Kind.INVALID, "bad-cursor", "The cursor was not given by this list.")
