"""Parked events, for who operates the pod."""

from dataclasses import asdict
from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from services.event.parked.commands import Progress, discard, discard_some, replay, replay_some
from services.event.parked.queries import find_parked, list_parked
from services.event.parked.schemas import ParkedEventAnswer, ParkedEventList, ParkedProgress, parked_fields
from shared.database.keyset import decode_cursor, encode_cursor
from shared.errors import Kind, ServiceError, not_found
from shared.events.catalogue.event import ParkedEventDiscarded, ParkedEventReplayed, SensitiveRead
from shared.identity.permissions import Permission
from shared.web.auditing import leaves, record_read
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import CallDep, require
from shared.web.execution import Rendered, execute, no_content
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

LARGEST_POSITION = 2**53 - 1
LONGEST_NAME = 100

router = APIRouter(tags=["parked events"], route_class=StrictRoute)

# No NUL, which no text column can hold.
Name = Annotated[str, Path(max_length=LONGEST_NAME, pattern=r"^[^\x00]+$", description="a consumer's name")]
ParkedPosition = Annotated[int, Path(ge=1, le=LARGEST_POSITION)]


@router.get("/events/parked", responses={200: {"model": ParkedEventList}, **problems(400, 401, 403, 404, 422, 503)})
@leaves(SensitiveRead)
async def read_parked_events(
    request: Request,
    call: CallDep,
    page: PageDep,
    consumer: Annotated[str | None, Query(max_length=LONGEST_NAME, pattern=r"^[^\x00]+$")] = None,
) -> Response:
    """What consumers could not handle, by consumer and position. Needs the permission `events:operate`."""
    await require(call, Permission.OPERATE_EVENTS)
    after = _place(page.cursor) if page.cursor is not None else ("", 0)
    await record_read(call, "parked-events", consumer=consumer)
    rows = await list_parked(call.pool, consumer, after, page.limit + 1)
    shown = rows[: page.limit]
    next_cursor = encode_cursor(shown[-1]["consumer"], shown[-1]["position"]) if len(rows) > page.limit else None
    return page_response(request, [orjson.dumps(parked_fields(row)) for row in shown], next_cursor)


@router.get(
    "/events/parked/{consumer}/{position}",
    responses={200: {"model": ParkedEventAnswer}, **problems(400, 401, 403, 404, 422, 503)},
)
@leaves(SensitiveRead)
async def read_parked_event(request: Request, call: CallDep, consumer: Name, position: ParkedPosition) -> Response:
    """One parked event as it is stored, and why it was set aside. Needs the permission `events:operate`."""
    await require(call, Permission.OPERATE_EVENTS)
    found = await find_parked(call.pool, consumer, position)
    if found is None:
        raise not_found("parked-event")
    row, event = found
    await record_read(call, "parked-event", consumer=consumer, position=position)
    return respond(request, orjson.dumps({**parked_fields(row), "event": event.to_json()}))


@router.post(
    "/events/parked/{consumer}/{position}/replay",
    status_code=202,
    responses={202: {"model": ParkedProgress}, **problems(400, 401, 403, 404, 409, 422, 503)},
)
@leaves(ParkedEventReplayed)
async def replay_parked_event(call: CallDep, consumer: Name, position: ParkedPosition) -> Response:
    """Have the consumer handle the event again, within a second. Needs the permission `events:operate`."""
    await require(call, Permission.OPERATE_EVENTS)
    return await execute(call, replay, consumer, position, render=_replaying)


@router.post(
    "/events/parked/{consumer}/replay",
    status_code=202,
    responses={202: {"model": ParkedProgress}, **problems(400, 401, 403, 404, 409, 422, 503)},
)
@leaves(ParkedEventReplayed)
async def replay_parked_events(call: CallDep, consumer: Name) -> Response:
    """Have the consumer handle its parked events again, 1,000 a call. Needs the permission `events:operate`."""
    await require(call, Permission.OPERATE_EVENTS)
    return await execute(call, replay_some, consumer, render=_replaying)


@router.delete(
    "/events/parked/{consumer}/{position}",
    status_code=204,
    response_class=Response,
    responses=problems(400, 401, 403, 404, 409, 422, 503),
)
@leaves(ParkedEventDiscarded)
async def discard_parked_event(call: CallDep, consumer: Name, position: ParkedPosition) -> Response:
    """Give a parked event up: this consumer never handles it. Needs the permission `events:operate`."""
    await require(call, Permission.OPERATE_EVENTS)
    return await execute(call, discard, consumer, position, render=no_content)


@router.delete(
    "/events/parked/{consumer}",
    responses={200: {"model": ParkedProgress}, **problems(400, 401, 403, 404, 409, 422, 503)},
)
@leaves(ParkedEventDiscarded)
async def discard_parked_events(call: CallDep, consumer: Name) -> Response:
    """Give a consumer's parked events up, 1,000 a call. Needs the permission `events:operate`."""
    await require(call, Permission.OPERATE_EVENTS)
    return await execute(call, discard_some, consumer, render=_discarded)


def _replaying(progress: Progress) -> Rendered:
    return Rendered(202, asdict(progress))


def _discarded(progress: Progress) -> Rendered:
    return Rendered(200, asdict(progress))


def _place(cursor: str) -> tuple[str, int]:
    consumer, position = decode_cursor(cursor, str, int)
    if not 0 <= int(position) <= LARGEST_POSITION or "\x00" in str(consumer):
        raise ServiceError(Kind.INVALID, "bad-cursor", "The cursor was not given by this list.")
    return str(consumer), int(position)
