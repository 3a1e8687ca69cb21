"""Joining, leaving, listing members."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response

from services.community.memberships.commands import join, leave
from services.community.memberships.queries import list_members, standing
from services.community.memberships.schemas import JoinBody, Member, MemberList
from shared.database.keyset import decode_place, encode_place
from shared.errors import not_found
from shared.web.bodies import StrictRoute
from shared.web.dependencies import AnonymousCallDep, CallDep
from shared.web.execution import Rendered, execute, no_content
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

router = APIRouter(tags=["memberships"], route_class=StrictRoute)


@router.post(
    "/communities/{community_id}/members",
    status_code=201,
    responses={
        201: {"model": Member},
        202: {"model": Member, "description": "The request waits for approval"},
        **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
    },
)
async def join_community(
    call: CallDep, community_id: UUID, body: Annotated[JoinBody | None, Body()] = None
) -> Response:
    """Join a community, or ask to where members are approved."""
    del body
    return await execute(call, join, community_id, call.account_id, render=partial(_joined, community_id))


@router.delete(
    "/communities/{community_id}/members/me",
    status_code=204,
    responses=problems(400, 401, 403, 404, 409, 422, 429, 503),
)
async def leave_community(call: CallDep, community_id: UUID) -> Response:
    """Leave a community, or take back the request to join it."""
    return await execute(call, leave, community_id, call.account_id, render=no_content)


@router.get(
    "/communities/{community_id}/members",
    responses={200: {"model": MemberList}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_members(call: AnonymousCallDep, community_id: UUID, page: PageDep) -> Response:
    """Members in the order in which they joined; of a private community only for its members."""
    if await standing(call.pool, community_id, call.viewer) is None:
        raise not_found("community")
    rows, head = await list_members(call.pool, community_id, decode_place(page.cursor), page.limit + 1)
    shown = rows[: page.limit]
    next_cursor = None
    if len(rows) > page.limit:
        next_cursor = encode_place(shown[-1]["joined_at"], shown[-1]["account_id"])
    return page_response(call.request, [row["item"] for row in shown], next_cursor, position=head)


def _joined(community_id: UUID, outcome: tuple[str, bytes]) -> Rendered:
    state, body = outcome
    if state != "active":
        return Rendered(202, body)
    # A membership has no address of its own to read: it stands in this list.
    return Rendered(201, body, {"location": f"/api/communities/{community_id}/members"})
