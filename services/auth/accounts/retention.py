"""Accounts that nobody was ever let in to are forgotten: their names are free again."""

import asyncio

from services.auth.accounts.commands import forget_unadmitted
from shared.web.resources import Resources

SWEEP_SECONDS = 3600.0


async def sweep_accounts(resources: Resources, *, code: str) -> None:
    """Sweep now and every hour, for ever; a worker of its own for each territory."""
    while True:
        await forget_unadmitted(resources.router.pool(code))
        await asyncio.sleep(SWEEP_SECONDS)
