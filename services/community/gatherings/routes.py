"""Announcing and reading gatherings."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.community.gatherings.commands import announce_gathering
from services.community.gatherings.queries import (
    EARLIEST,
    LATEST,
    LOWEST_ID,
    ReadGathering,
    Stretch,
    find_gathering,
    list_gatherings,
    list_next_gatherings,
)
from services.community.gatherings.rules import NewGathering, require_duration
from services.community.gatherings.schemas import GatheringAnswer, GatheringBody, GatheringList
from services.community.memberships.queries import standing
from shared.clock import utc_now
from shared.database.connection import Row
from shared.database.keyset import decode_place, encode_place
from shared.errors import not_found
from shared.identifiers import Position, new_id
from shared.web.bodies import StrictRoute
from shared.web.caching import etag_of_body, respond
from shared.web.dependencies import AnonymousCall, AnonymousCallDep, CallDep
from shared.web.execution import Rendered, execute
from shared.web.paging import PageDep, PageParameters, page_response
from shared.web.problems import problems
from shared.web.times import WrittenTime

router = APIRouter(tags=["gatherings"], route_class=StrictRoute)


@router.post(
    "/communities/{community_id}/gatherings",
    operation_id="announce_gathering",
    status_code=201,
    responses={201: {"model": GatheringAnswer}, **problems(400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 503)},
)
async def announce(call: CallDep, community_id: UUID, body: GatheringBody) -> Response:
    """Announce a gathering in a community that one is a member of."""
    require_duration(body.starts_at, body.ends_at)
    new = NewGathering(new_id(), community_id, call.account_id, **body.model_dump())
    return await execute(call, announce_gathering, new, render=_announced)


@router.get(
    "/communities/{community_id}/gatherings",
    responses={200: {"model": GatheringList}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_gatherings(
    call: AnonymousCallDep,
    community_id: UUID,
    page: PageDep,
    from_: Annotated[WrittenTime | None, Query(alias="from", description="what starts then or later")] = None,
    to: Annotated[WrittenTime | None, Query(description="what starts before")] = None,
) -> Response:
    """The calendar of a community, in the order in which gatherings start."""
    if await standing(call.pool, community_id, call.viewer) is None:
        raise not_found("community")
    since, seen = decode_place(page.cursor)
    stretch = Stretch(since or from_ or EARLIEST, seen or LOWEST_ID, to or LATEST)
    rows, head = await list_gatherings(call.pool, community_id, call.viewer, stretch, page.limit + 1)
    return _page(call, page, rows, head)


@router.get("/gatherings", responses={200: {"model": GatheringList}, **problems(400, 401, 422, 429, 503)})
async def read_next_gatherings(call: CallDep, page: PageDep, scope: Literal["mine"] = "mine") -> Response:
    """The next gatherings of the communities that one is a member of, soonest first; none that has started."""
    del scope
    since, seen = decode_place(page.cursor)
    rows, head = await list_next_gatherings(
        call.pool, call.account_id, since or utc_now(), seen or LOWEST_ID, page.limit + 1
    )
    return _page(call, page, rows, head)


@router.get(
    "/gatherings/{gathering_id}",
    responses={200: {"model": GatheringAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_gathering(call: AnonymousCallDep, gathering_id: UUID) -> Response:
    """A gathering; of a private community only for its members."""
    gathering = await find_gathering(call.pool, gathering_id, call.viewer)
    if gathering is None:
        raise not_found("gathering")
    return respond(call.request, gathering.body, position=gathering.position)


def _page(call: AnonymousCall, page: PageParameters, rows: list[Row], head: Position) -> Response:
    shown = rows[: page.limit]
    next_cursor = encode_place(shown[-1]["starts_at"], shown[-1]["id"]) if len(rows) > page.limit else None
    return page_response(call.request, [row["item"] for row in shown], next_cursor, position=head)


def _announced(gathering: ReadGathering) -> Rendered:
    place = {"location": f"/api/gatherings/{gathering.id}", "etag": etag_of_body(gathering.body)}
    return Rendered(201, gathering.body, place)
