"""The territory's decisions, for everyone."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.event.decisions.queries import find_decision, list_decisions
from services.event.decisions.schemas import Decision, DecisionList
from shared.database.keyset import decode_position, encode_cursor
from shared.errors import not_found
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import AnonymousCallDep
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

router = APIRouter(tags=["decisions"], route_class=StrictRoute)


@router.get("/decisions", responses={200: {"model": DecisionList}, **problems(400, 401, 403, 404, 422, 503)})
async def read_decisions(
    request: Request,
    call: AnonymousCallDep,
    page: PageDep,
    q: Annotated[
        str | None,
        Query(min_length=1, max_length=100, pattern=r"^[^\x00]+$", description="in title, outcome or reference"),
    ] = None,
) -> Response:
    """What the territory has decided, the last recorded first; `X-Position` is what the list has taken in."""
    rows, reached = await list_decisions(call.pool, decode_position(page.cursor), page.limit + 1, q)
    shown = rows[: page.limit]
    next_cursor = encode_cursor(shown[-1]["position"]) if len(rows) > page.limit else None
    return page_response(request, [row["item"] for row in shown], next_cursor, position=reached)


@router.get("/decisions/{decision_id}", responses={200: {"model": Decision}, **problems(400, 401, 403, 404, 422, 503)})
async def read_decision(request: Request, call: AnonymousCallDep, decision_id: UUID) -> Response:
    """One decision."""
    item, reached = await find_decision(call.pool, decision_id)
    if item is None:
        raise not_found("decision")
    return respond(request, item, position=reached)
