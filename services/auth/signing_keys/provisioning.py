"""Sees to it that every territory has its keys: at start, and whenever someone needs one that is not there."""

import asyncio

from services.auth.signing_keys.commands import provide_keys, retire_keys
from services.auth.signing_keys.key_material import KeySeal
from services.auth.signing_keys.queries import has_outlived, list_missing_states
from services.auth.signing_keys.rules import OUTLIVED_AFTER
from shared.clock import utc_now
from shared.database.pool import Pool
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM
from shared.observability.request_context import new_context
from shared.territory.territory import Territory
from shared.web.resources import Resources

CHECK_SECONDS = 60.0


async def keep_keys_provided(resources: Resources, *, code: str, seal: KeySeal) -> None:
    """Look now and every minute, for ever; a worker of its own for each territory."""
    pool, territory = resources.router.pool(code), resources.registry.get(code)
    while True:
        hints = await provide_missing_keys(pool, territory, seal) | await retire_outlived_keys(pool, territory)
        for hint in hints:
            await resources.buses[code].publish_hint(hint)
        await asyncio.sleep(CHECK_SECONDS)


async def provide_missing_keys(pool: Pool, territory: Territory, seal: KeySeal) -> set[str]:
    """Make what is missing, in a transaction of its own; one cheap query when nothing is. The hints to be sent.

    Raises: ServiceError unavailable.
    """
    if not await list_missing_states(pool):
        return set()
    async with unit_of_work(pool, territory, SYSTEM, person_keys=None, context=new_context()) as work:
        await provide_keys(work, seal)
    return work.hints


async def retire_outlived_keys(pool: Pool, territory: Territory) -> set[str]:
    """Revoke the keys that nothing needs any more, as `provide_missing_keys` does."""
    if not await has_outlived(pool, utc_now() - OUTLIVED_AFTER):
        return set()
    async with unit_of_work(pool, territory, SYSTEM, person_keys=None, context=new_context()) as work:
        await retire_keys(work)
    return work.hints
