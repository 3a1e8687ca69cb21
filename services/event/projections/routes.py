"""Projections, for who operates the pod."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.event.projections.commands import rebuild
from services.event.projections.queries import list_projections
from services.event.projections.schemas import ProjectionList, RebuildAnswer
from shared.errors import not_found
from shared.events.catalogue.event import ProjectionRebuilt, SensitiveRead
from shared.events.projections import Projection
from shared.identity.permissions import Permission
from shared.web.auditing import leaves, record_read
from shared.web.bodies import StrictRoute
from shared.web.dependencies import CallDep, require
from shared.web.execution import Rendered, execute
from shared.web.paging import page_response
from shared.web.problems import problems

router = APIRouter(tags=["projections"], route_class=StrictRoute)


@router.get("/events/projections", responses={200: {"model": ProjectionList}, **problems(400, 401, 403, 404, 422, 503)})
@leaves(SensitiveRead)
async def read_projections(request: Request, call: CallDep) -> Response:
    """What is filled from the events, and how far each build is. Needs the permission `events:operate`."""
    await require(call, Permission.OPERATE_EVENTS)
    await record_read(call, "projections")
    items, head = await list_projections(call.pool)
    return page_response(request, items, None, position=head)


@router.post(
    "/events/projections/{name}/rebuild",
    status_code=202,
    responses={202: {"model": RebuildAnswer}, **problems(400, 401, 403, 404, 409, 422, 503)},
)
@leaves(ProjectionRebuilt)
async def rebuild_projection(
    request: Request, call: CallDep, name: Annotated[str, Path(max_length=100, description="a projection's name")]
) -> Response:
    """Fill it anew beside the one that serves, which is read until then. Needs the permission `events:operate`."""
    await require(call, Permission.OPERATE_EVENTS)
    known: Sequence[Projection] = request.app.state.projections
    projection = next((each for each in known if each.name == name), None)
    if projection is None:
        raise not_found("projection")

    def render(build: int) -> Rendered:
        return Rendered(202, {"name": name, "version": projection.version, "build": build})

    return await execute(call, rebuild, projection, render=render)
