"""`GET /home`: profile, feed, unread notifications and next gatherings in one call."""

from collections.abc import Mapping

from fastapi import APIRouter, Response

from services.gateway.home.queries import fetch_pieces
from services.gateway.home.rules import document_of, is_partial, position_of, require_pieces
from services.gateway.home.schemas import HOME
from services.gateway.proxy.upstream import Upstream
from shared.web.caching import JSON, respond
from shared.web.dependencies import CallDep
from shared.web.problems import problems

router = APIRouter(tags=["home"])

# Who asks, and by which request; everything else is said to the gateway alone.
PASSED_ON = frozenset({b"host", b"authorization", b"x-request-id", b"traceparent", b"x-forwarded-for"})


@router.get("/home", responses={200: HOME, **problems(400, 401, 403, 404, 421, 422, 429, 503)})
async def read_home(call: CallDep) -> Response:
    """What a first page shows. A part whose service is away or slow is null and named; the others are there."""
    upstreams: Mapping[str, Upstream] = call.request.app.state.passage.upstreams
    headers = [header for header in call.request.scope["headers"] if header[0] in PASSED_ON]
    pieces = await fetch_pieces(upstreams, headers)
    require_pieces(pieces)
    body, position = document_of(pieces), position_of(pieces)
    if not is_partial(pieces):
        return respond(call.request, body, position=position)
    # Nothing to come back with: the next answer may well be whole.
    fields = {"cache-control": "private, no-store"} | ({"x-position": str(position)} if position is not None else {})
    return Response(body, headers=fields, media_type=JSON)
