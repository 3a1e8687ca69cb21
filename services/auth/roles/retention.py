"""Grants that are over are removed, which puts their end on record; they have not counted since."""

import asyncio

from services.auth.roles.commands import end_expired_grants
from services.auth.roles.queries import has_expired_grants
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM
from shared.observability.request_context import new_context
from shared.web.resources import Resources

SWEEP_SECONDS = 60.0


async def sweep_grants(resources: Resources, *, code: str) -> None:
    """Sweep now and every minute, for ever; a worker of its own for each territory."""
    pool, territory = resources.router.pool(code), resources.registry.get(code)
    while True:
        if await has_expired_grants(pool):
            async with unit_of_work(pool, territory, SYSTEM, person_keys=None, context=new_context()) as work:
                await end_expired_grants(work)
            for hint in work.hints:
                await resources.buses[code].publish_hint(hint)
        await asyncio.sleep(SWEEP_SECONDS)
