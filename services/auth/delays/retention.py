"""Failures that no longer count, and networks that nobody came from for long, are forgotten."""

import asyncio

from services.auth.delays.commands import forget_old
from shared.web.resources import Resources

SWEEP_SECONDS = 3600.0


async def sweep_delays(resources: Resources, *, code: str) -> None:
    """Sweep now and every hour, for ever; a worker of its own for each territory."""
    while True:
        await forget_old(resources.router.pool(code))
        await asyncio.sleep(SWEEP_SECONDS)
