"""What an operator asks of a territory's witness, on its database."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.event.proofs.tree_head import TreeHead, TreeHeadSigner
from services.event.settings import EventSettings
from services.event.witnesses.commands import accept_fork
from services.event.witnesses.queries import Fork, SeenHead, list_forks, list_seen
from shared.database.pool import Pool
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM
from shared.observability.request_context import new_context
from shared.service.lifespan import registry_of
from shared.territory.territory import Territory

MOST_FORKS = 10


def own_line(settings: EventSettings, code: str, base_url: str) -> str:
    """The territory as its neighbours write it into WITNESS_PEERS."""
    signer = TreeHeadSigner(settings.tree_head_secret, registry_of(settings).get(code))
    return f"{code}={base_url}#{base64.b64encode(signer.public_key).decode()}"


async def accept(settings: EventSettings, code: str, neighbour: str) -> list[TreeHead]:
    """Take a neighbour's history as it is now; on record with the system as actor.

    Raises:
        ServiceError: `fork-not-found`, `unknown-territory`, `database-unavailable`.
    """
    async with (
        _opened(settings, code) as (territory, pool),
        unit_of_work(pool, territory, SYSTEM, person_keys=None, context=new_context()) as work,
    ):
        return await accept_fork(work, neighbour)


async def look_up(settings: EventSettings, code: str, neighbour: str) -> tuple[SeenHead | None, list[Fork]]:
    """The last head seen of a neighbour, and its contradictions.

    Raises:
        ServiceError: `unknown-territory`, `database-unavailable`.
    """
    async with _opened(settings, code) as (_, pool):
        seen = await list_seen(pool, neighbour, code, 1)
        return (seen[0] if seen else None), await list_forks(pool, neighbour, code, MOST_FORKS)


@asynccontextmanager
async def _opened(settings: EventSettings, code: str) -> AsyncIterator[tuple[Territory, Pool]]:
    territory = registry_of(settings).get(code)
    pool = Pool(settings.database_url_for(territory.slug), max_size=1, application_name="unityplan-witness")
    try:
        yield territory, pool
    finally:
        await pool.close()
