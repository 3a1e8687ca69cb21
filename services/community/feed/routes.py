"""Reading feeds."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.community.feed.place import Place, decode_feed_place, encode_feed_place
from services.community.feed.queries import Scope, Sort, list_feed
from services.community.feed.schemas import Feed
from shared.web.bodies import StrictRoute
from shared.web.dependencies import AnonymousCallDep, authenticated_call
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

router = APIRouter(tags=["posts"], route_class=StrictRoute)

ScopeParameter = Annotated[Scope, Query(description="`home`: of communities that one is a member of; `all`: public")]
SortParameter = Annotated[
    Sort,
    Query(description="`hot`: points against age; `active`: published or commented on last; `top`: highest score"),
]


@router.get("/feed", responses={200: {"model": Feed}, **problems(400, 401, 422, 429, 503)})
async def read_feed(
    call: AnonymousCallDep, page: PageDep, scope: ScopeParameter = "all", sort: SortParameter = "hot"
) -> Response:
    """Posts of many communities. Pages that follow one another show each post once, whatever is written meanwhile."""
    if scope == "home":
        await authenticated_call(call)
    after = decode_feed_place(sort, page.cursor)
    rows, head = await list_feed(call.pool, scope, sort, call.viewer, after, page.limit + 1)
    shown = rows[: page.limit]
    next_cursor = None
    if len(rows) > page.limit:
        last = shown[-1]
        moment = None if sort == "new" else after.moment or last["moment"]
        next_cursor = encode_feed_place(sort, Place(last["rank"], last["id"], moment))
    return page_response(call.request, [row["item"] for row in shown], next_cursor, position=head)
