"""Read the catalogue of events."""

import orjson
from fastapi import APIRouter, Request, Response

from services.event.catalogue.description import described, described_type
from services.event.catalogue.schemas import CatalogueAnswer, EventTypeAnswer
from shared.errors import not_found
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import AnonymousCallDep
from shared.web.paging import page_response
from shared.web.problems import problems

PUBLIC = "public, no-cache"

router = APIRouter(tags=["events"], route_class=StrictRoute)


@router.get("/events/catalogue", responses={200: {"model": CatalogueAnswer}, **problems(400, 401, 403, 404)})
async def read_catalogue(request: Request, _: AnonymousCallDep) -> Response:
    """Every type of event, with the JSON Schema of each of its versions. Public."""
    return page_response(request, orjson.dumps(described()), None)


@router.get(
    "/events/catalogue/{event_type}", responses={200: {"model": EventTypeAnswer}, **problems(400, 401, 403, 404, 422)}
)
async def read_event_type(request: Request, _: AnonymousCallDep, event_type: str) -> Response:
    """One type of event. Public."""
    found = described_type(event_type)
    if found is None:
        raise not_found("event-type")
    return respond(request, orjson.dumps(found), cache_control=PUBLIC)
