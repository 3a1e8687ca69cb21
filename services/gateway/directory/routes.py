"""`GET /communities` and `GET /territory`: what anyone may know."""

from dataclasses import asdict

from fastapi import APIRouter, Response

from services.gateway.directory.queries import DirectoryReader, Wanted
from services.gateway.directory.schemas import Directory, TerritoryAnswer
from shared.database.keyset import decode_place, encode_place
from shared.events import store
from shared.web.caching import respond
from shared.web.dependencies import AnonymousCallDep
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

router = APIRouter(tags=["directory"])

# The answer depends on where it was asked, and caches must know.
VARY = {"vary": "Host, X-Territory-ID, Authorization"}


@router.get("/communities", responses={200: {"model": Directory}, **problems(400, 401, 403, 404, 421, 422, 429, 503)})
async def read_directory(call: AnonymousCallDep, page: PageDep) -> Response:
    """The public communities of the territory, newest first."""
    reader: DirectoryReader = call.request.app.state.directory
    wanted = Wanted(call.territory.code, decode_place(page.cursor), page.limit + 1)
    rows = await reader.read(call.pool, wanted)
    shown = rows[: page.limit]
    next_cursor = encode_place(shown[-1]["created_at"], shown[-1]["id"]) if len(rows) > page.limit else None
    head = shown[0]["head"] if shown else await store.head(call.pool)
    items = [row["item"] for row in shown]
    return page_response(call.request, items, next_cursor, position=head, headers=VARY)


@router.get("/territory", responses={200: {"model": TerritoryAnswer}, **problems(400, 401, 403, 404, 421, 429)})
async def read_territory(call: AnonymousCallDep) -> Response:
    """The territory that this request is for."""
    known = asdict(call.territory)
    answer = TerritoryAnswer(**{name: known[name] for name in TerritoryAnswer.model_fields})
    return respond(call.request, answer.model_dump_json().encode(), headers=VARY)
