"""Read a stream, read all, wait for more."""

from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from services.event.streams.parameters import (
    LARGEST_POSITION,
    LARGEST_VERSION,
    Cursor,
    FormDep,
    Limit,
    SelectionDep,
    Wait,
    start_of,
)
from services.event.streams.presentation import shown, viewer_of
from services.event.streams.queries import find_event, list_events, list_stream
from services.event.streams.schemas import EventAnswer, EventList
from services.event.streams.waiting import LiveEvents, Reading, first_events
from shared.database.keyset import encode_cursor
from shared.errors import not_found
from shared.events.catalogue.event import SensitiveRead
from shared.web.auditing import leaves
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import HEAD_SCOPE, CallDep
from shared.web.event_stream import EVENT_STREAM, wants_stream
from shared.web.paging import page_response
from shared.web.problems import problems

router = APIRouter(tags=["events"], route_class=StrictRoute)

_STREAMED = {"schema": {"type": "string"}}


@router.get(
    "/events/streams/{stream}",
    responses={200: {"model": EventList}, **problems(400, 401, 403, 404, 422, 503)},
)
@leaves(SensitiveRead)
async def read_stream(  # noqa: PLR0913 (query parameters)
    request: Request,
    call: CallDep,
    stream: str,
    *,
    start: Annotated[int | None, Query(alias="from", ge=1, le=LARGEST_VERSION, description="first version")] = None,
    direction: Literal["forward", "backward"] = "forward",
    limit: Limit = 20,
    cursor: Cursor = None,
    form: FormDep,
) -> Response:
    """A stream's events as hashed. Operators and auditors see all, a person what they caused."""
    is_forward = direction == "forward"
    first = start_of(cursor, start or (1 if is_forward else LARGEST_VERSION))
    events, head = await list_stream(
        call.pool, stream, start=first, is_forward=is_forward, most=limit + 1, viewer=await viewer_of(call)
    )
    page, more = events[:limit], events[limit:]
    next_cursor = encode_cursor(more[0].version) if more else None
    return page_response(request, await shown(call, page, form), next_cursor, position=head)


@router.get(
    "/events",
    responses={
        200: {"model": EventList, "content": {EVENT_STREAM: _STREAMED}},
        **problems(400, 401, 403, 404, 414, 422, 429, 503),
    },
)
@leaves(SensitiveRead)
async def read_events(  # noqa: PLR0913 (query parameters)
    request: Request,
    call: CallDep,
    wanted: SelectionDep,
    form: FormDep,
    *,
    after: Annotated[int, Query(ge=0, le=LARGEST_POSITION, description="a position")] = 0,
    limit: Limit = 20,
    wait: Wait = 0,
    cursor: Cursor = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
    last_event_id: Annotated[
        int | None, Header(ge=0, le=LARGEST_POSITION, description="as `after`, in a stream")
    ] = None,
) -> Response:
    """All sealed events by position, as hashed. Operators and auditors see all, a person what they caused.

    With `wait` it answers as soon as there is something. With `Accept: text/event-stream` it goes on for ever: `id` is
    the position, `event` the type, `data` an event as in lists.
    """
    after = start_of(cursor, after)
    wanted = replace(wanted, viewer=await viewer_of(call))
    reading = Reading(call, request.app.state.lookouts[call.territory.code], wanted, form)
    is_head = HEAD_SCOPE in request.scope
    if wants_stream(accept) and not is_head:
        return LiveEvents(reading, after if last_event_id is None else last_event_id)
    if wait and not is_head:
        events, head = await first_events(reading, after, limit + 1, wait)
    else:
        events, head = await list_events(call.pool, after, limit + 1, wanted)
    page, more = events[:limit], events[limit:]
    next_cursor = encode_cursor(page[-1].position) if more else None
    items = await shown(call, page, form)
    return page_response(request, items, next_cursor, position=head, headers={"vary": "accept"})


@router.get(
    "/events/by-id/{event_id}",
    responses={200: {"model": EventAnswer}, **problems(400, 401, 403, 404, 422, 503)},
)
@leaves(SensitiveRead)
async def read_event(request: Request, call: CallDep, event_id: UUID, form: FormDep) -> Response:
    """One event, with its position as soon as it is sealed."""
    found = await find_event(call.pool, event_id, await viewer_of(call))
    if found is None:
        raise not_found("event")
    event, head = found
    (item,) = await shown(call, [event], form)
    return respond(request, item, position=head)
