"""`GET /communities` and `GET /territory`: what anyone may know."""

from dataclasses import asdict

from fastapi import APIRouter, Response

from services.gateway.directory.queries import Wanted
from services.gateway.directory.reader import DirectoryReader
from services.gateway.directory.schemas import Directory, TerritoryAnswer
from shared.database.keyset import decode_place
from shared.web.caching import respond
from shared.web.dependencies import AnonymousCallDep
from shared.web.paging import PageDep, next_link
from shared.web.problems import problems

router = APIRouter(tags=["directory"])


@router.get("/communities", responses={200: {"model": Directory}, **problems(400, 401, 403, 404, 421, 422, 429, 503)})
async def read_directory(call: AnonymousCallDep, page: PageDep) -> Response:
    """The public communities of the territory, newest first."""
    reader: DirectoryReader = call.request.app.state.directory
    found = await reader.read(call.pool, Wanted(call.territory.code, decode_place(page.cursor), page.limit))
    headers = next_link(call.request, found.next_cursor)
    return respond(call.request, found.body, position=found.position, etag=found.etag, headers=headers)


@router.get("/territory", responses={200: {"model": TerritoryAnswer}, **problems(400, 401, 403, 404, 421, 429)})
async def read_territory(call: AnonymousCallDep) -> Response:
    """The territory that this request is for."""
    known = asdict(call.territory)
    answer = TerritoryAnswer(**{name: known[name] for name in TerritoryAnswer.model_fields})
    return respond(call.request, answer.model_dump_json().encode())
