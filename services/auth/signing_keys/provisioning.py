"""Sees to it that every territory has its keys: at start, and whenever someone needs one that is not there."""

import asyncio

from services.auth.signing_keys.commands import provide_keys
from services.auth.signing_keys.key_material import KeySeal
from services.auth.signing_keys.queries import list_missing_states
from shared.database.pool import Pool
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM
from shared.observability.request_context import new_context
from shared.territory.territory import Territory
from shared.web.resources import Resources

CHECK_SECONDS = 60.0


async def keep_keys_provided(resources: Resources, *, code: str, seal: KeySeal) -> None:
    """Look now and every minute, for ever; a worker of its own for each territory."""
    while True:
        await provide_missing_keys(resources.router.pool(code), resources.registry.get(code), seal)
        await asyncio.sleep(CHECK_SECONDS)


async def provide_missing_keys(pool: Pool, territory: Territory, seal: KeySeal) -> None:
    """Make what is missing, in a transaction of its own; one cheap query when nothing is.

    Raises: ServiceError unavailable.
    """
    if not await list_missing_states(pool):
        return
    async with unit_of_work(pool, territory, SYSTEM, person_keys=None, context=new_context()) as work:
        await provide_keys(work, seal)
