"""Forgetting where requests came from, in time."""

import asyncio
import random
from datetime import timedelta

from shared.clock import utc_now
from shared.database.pool import Pool
from shared.events.origins import forget_origins
from shared.observability.logging import get_logger

log = get_logger()

PAUSE_SECONDS = 3600.0
# Rows of one transaction: so few that nobody waits for it.
TOGETHER = 10_000


async def keep_forgetting(pool: Pool, kept: timedelta) -> None:
    """Delete what is older, for ever; several may do it at once.

    Raises:
        ServiceError: unavailable; the caller runs it again.
    """
    while True:
        total = 0
        while (count := await forget_origins(pool, utc_now() - kept, TOGETHER)) > 0:
            total += count
        if total:
            log.info("origins.forgotten", count=total)
        await asyncio.sleep(PAUSE_SECONDS * random.uniform(0.9, 1.1))
