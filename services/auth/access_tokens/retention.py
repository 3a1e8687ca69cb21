"""Tokens that are over are shown to nobody and forgotten in the end; what they did stays on record."""

import asyncio
from datetime import timedelta

from services.auth.access_tokens.repository import delete_finished
from shared.clock import utc_now
from shared.web.resources import Resources

SWEEP_SECONDS = 3600.0
KEPT = timedelta(days=7)


async def sweep_tokens(resources: Resources, *, code: str) -> None:
    """Sweep now and every hour, for ever; a worker of its own for each territory."""
    while True:
        await delete_finished(resources.router.pool(code), utc_now() - KEPT)
        await asyncio.sleep(SWEEP_SECONDS)
