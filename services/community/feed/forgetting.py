"""Forgetting where posts stood, once nobody should be reading on from there."""

import asyncio
import random
from datetime import timedelta

from services.community.feed.repository import delete_past_ranks
from shared.clock import utc_now
from shared.database.pool import Pool

# For so long pages that follow one another are of one moment; then they go on with what is now.
KEPT = timedelta(hours=1)
PAUSE_SECONDS = 600.0


async def keep_forgetting(pool: Pool) -> None:
    """Delete what is older, for ever; several may do it at once.

    Raises:
        ServiceError: unavailable; the caller runs it again.
    """
    while True:
        await delete_past_ranks(pool, utc_now() - KEPT)
        await asyncio.sleep(PAUSE_SECONDS * random.uniform(0.9, 1.1))
