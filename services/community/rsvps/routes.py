"""Answering gatherings, and reading who comes."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.community.gatherings.queries import find_gathering
from services.community.rsvps.commands import Answered, answer
from services.community.rsvps.queries import FIRST, list_attendees
from services.community.rsvps.schemas import AttendeeList, RsvpAnswer, RsvpBody
from shared.database.keyset import decode_cursor, encode_cursor
from shared.errors import not_found
from shared.web.bodies import StrictRoute
from shared.web.dependencies import CallDep
from shared.web.execution import Rendered, execute
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

router = APIRouter(tags=["gatherings"], route_class=StrictRoute)

StatusParameter = Annotated[
    Literal["going", "waiting", "interested"] | None, Query(description="only these; without it all of them")
]


@router.put(
    "/gatherings/{gathering_id}/rsvp",
    responses={200: {"model": RsvpAnswer}, **problems(400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 503)},
)
async def answer_gathering(call: CallDep, gathering_id: UUID, body: RsvpBody) -> Response:
    """Say whether one comes; `waiting` when every place is taken. Whoever gives a place back gives it to the next."""
    return await execute(call, answer, gathering_id, call.account_id, body.status, render=_answered)


@router.get(
    "/gatherings/{gathering_id}/attendees",
    responses={200: {"model": AttendeeList}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_attendees(call: CallDep, gathering_id: UUID, page: PageDep, status: StatusParameter = None) -> Response:
    """Who is going, who is interested, who waits, each in the order in which they asked. One must be logged in."""
    if await find_gathering(call.pool, gathering_id, call.viewer) is None:
        raise not_found("gathering")
    after = FIRST if page.cursor is None else decode_cursor(page.cursor, str, int)
    rows, head = await list_attendees(call.pool, gathering_id, status, (str(after[0]), int(after[1])), page.limit + 1)
    shown = rows[: page.limit]
    next_cursor = encode_cursor(shown[-1]["status"], shown[-1]["number"]) if len(rows) > page.limit else None
    return page_response(call.request, [row["item"] for row in shown], next_cursor, position=head)


def _answered(outcome: Answered) -> Rendered:
    place = {} if outcome.place_in_line is None else {"place_in_line": outcome.place_in_line}
    return Rendered(200, {"status": outcome.status, **place})
