"""Searching, and then leaving out what the viewer may not find."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from services.search.engines.engine import Hit, SearchEngine, SearchQuery
from shared.database.pool import Pool
from shared.read_models.communities import findable_communities

# So many are looked at for each answer: those that may not be shown are among them.
LOOKED_AT = 300


async def find(engine: SearchEngine, pool: Pool, query: SearchQuery, viewer: UUID | None) -> Sequence[Hit]:
    """Hits that the viewer may find, best first; nothing of the others, not even their number."""
    hits = await asyncio.to_thread(engine.search, query, LOOKED_AT)
    communities = list({hit.document.community_id for hit in hits if hit.document.community_id})
    findable = await findable_communities(pool, communities, viewer) if communities else set()
    return [hit for hit in hits if hit.document.community_id is None or hit.document.community_id in findable]


def facets_of(hits: Sequence[Hit]) -> dict[str, dict[str, int]]:
    """How many hits there are of each type."""
    return {"type": dict(Counter(hit.document.type for hit in hits))}
