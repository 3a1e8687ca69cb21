"""Founding and reading communities. The public directory is the gateway's."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.community.communities.commands import found_community
from services.community.communities.queries import find_community
from services.community.communities.rules import NewCommunity, slug_of
from services.community.communities.schemas import CommunityAnswer, FoundBody
from shared.errors import not_found
from shared.identifiers import new_id
from shared.web.bodies import StrictRoute
from shared.web.caching import etag_of_body, respond
from shared.web.dependencies import AnonymousCallDep, CallDep
from shared.web.execution import Rendered, execute
from shared.web.problems import problems

router = APIRouter(tags=["communities"], route_class=StrictRoute)

IdOrSlug = Annotated[str, Path(min_length=3, max_length=60, pattern=r"^[a-z0-9-]+$")]


@router.post(
    "/communities",
    operation_id="found_community",
    status_code=201,
    responses={201: {"model": CommunityAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
async def found(call: CallDep, body: FoundBody) -> Response:
    """Found a community; who founds it owns it."""
    slug = body.slug or slug_of(body.name)
    new = NewCommunity(
        id=new_id(),
        slug=slug,
        name=body.name,
        description=body.description,
        visibility=body.visibility,
        join_policy=body.join_policy,
        kind=body.kind,
        parent_id=body.parent_id,
        founder_id=call.account_id,
    )
    return await execute(call, found_community, new, body.slug is not None, render=_founded)


@router.get(
    "/communities/{id_or_slug}",
    responses={200: {"model": CommunityAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_community(call: AnonymousCallDep, id_or_slug: IdOrSlug) -> Response:
    """A community; a private one only for its members."""
    community = await find_community(call.pool, id_or_slug, call.viewer)
    if community is None:
        raise not_found("community")
    return respond(call.request, community.body, position=community.position)


def _founded(founded: tuple[UUID, bytes]) -> Rendered:
    community_id, body = founded
    return Rendered(201, body, {"location": f"/api/communities/{community_id}", "etag": etag_of_body(body)})
