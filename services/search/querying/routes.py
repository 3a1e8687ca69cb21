"""`GET /search`."""

from time import perf_counter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.search.engines.engine import SearchQuery
from services.search.engines.folding import words_of
from services.search.indexing.indexer import Indexer
from services.search.querying.queries import facets_of, find
from services.search.querying.rules import excerpt_of, url_of
from services.search.querying.schemas import DocumentType, SearchAnswer, SearchItem
from shared.web.caching import etag_of_body, respond
from shared.web.dependencies import AnonymousCallDep
from shared.web.problems import problems

router = APIRouter(tags=["search"])


@router.get(
    "/search",
    responses={200: {"model": SearchAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def search_content(
    call: AnonymousCallDep,
    *,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    document_type: Annotated[DocumentType | None, Query(alias="type")] = None,
    community_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Response:
    """Communities, posts and people, in spite of typos; only what the caller may see."""
    began = perf_counter()
    indexers: dict[str, Indexer] = call.request.app.state.indexers
    indexer = indexers[call.territory.code]
    query = SearchQuery(words_of(q), document_type, community_id)
    position = indexer.reached
    hits = await find(indexer.engine, call.pool, query, call.viewer, wanted=limit)
    items = [
        SearchItem(
            type=hit.document.type,
            id=str(hit.document.id),
            title=hit.document.title,
            excerpt=excerpt_of(hit.document.body, query.words),
            url=url_of(hit.document),
            score=round(hit.score, 4),
        )
        for hit in hits[:limit]
    ]
    took = round((perf_counter() - began) * 1000, 3)
    answer = SearchAnswer(items=items, facets=facets_of(hits), took_ms=took)
    # The same hits are the same answer, however long it took: hence a weak tag.
    tag = etag_of_body(answer.model_dump_json(exclude={"took_ms"}).encode())
    return respond(call.request, answer.model_dump_json().encode(), position=position, etag=f"W/{tag}")
