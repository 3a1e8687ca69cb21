"""Searching, and then leaving out what the viewer may not find."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from services.search.engines.engine import EngineUnavailableError, Hit, SearchEngine, SearchQuery
from shared.database.pool import Pool
from shared.errors import Kind, ServiceError
from shared.read_models.communities import findable_communities

# So many are looked at for an answer, those that may not be shown among them; and so many when that was too few.
LOOKED_AT = (300, 10_000)


async def find(
    engine: SearchEngine, pool: Pool, query: SearchQuery, viewer: UUID | None, *, wanted: int
) -> Sequence[Hit]:
    """Hits that the viewer may find, best first; nothing of the others, not even their number.

    Raises:
        ServiceError: unavailable `search-unavailable`.
    """
    found: Sequence[Hit] = []
    for most in LOOKED_AT:
        try:
            hits = await asyncio.to_thread(engine.search, query, most)
        except EngineUnavailableError:
            detail = "The index is not open yet."
            raise ServiceError(Kind.UNAVAILABLE, "search-unavailable", detail, retry_after_seconds=1) from None
        found = await _findable(hits, pool, viewer)
        if len(hits) < most or len(found) >= wanted:
            break
    return found


async def _findable(hits: Sequence[Hit], pool: Pool, viewer: UUID | None) -> list[Hit]:
    communities = list({hit.document.community_id for hit in hits if hit.document.community_id})
    findable = await findable_communities(pool, communities, viewer) if communities else set()
    return [hit for hit in hits if hit.document.community_id is None or hit.document.community_id in findable]


def facets_of(hits: Sequence[Hit]) -> dict[str, dict[str, int]]:
    """How many hits there are of each type."""
    return {"type": dict(Counter(hit.document.type for hit in hits))}
