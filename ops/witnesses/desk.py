"""What an operator asks of a territory's witness, on its database."""

import base64
from functools import partial

from ops.desks.desk import opened
from services.event.proofs.tree_head import TreeHead, TreeHeadSigner
from services.event.settings import EventSettings
from services.event.witnesses.commands import accept_fork
from services.event.witnesses.queries import Fork, SeenHead, list_forks, list_seen
from shared.service.lifespan import registry_of

NAME = "unityplan-witness"
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
    async with opened(settings, code, NAME) as desk:
        return await desk.run(partial(accept_fork, territory=neighbour))


async def look_up(settings: EventSettings, code: str, neighbour: str) -> tuple[SeenHead | None, list[Fork]]:
    """The last head seen of a neighbour, and its contradictions.

    Raises:
        ServiceError: `unknown-territory`, `database-unavailable`.
    """
    async with opened(settings, code, NAME) as desk:
        seen = await list_seen(desk.pool, neighbour, code, 1)
        return (seen[0] if seen else None), await list_forks(desk.pool, neighbour, code, MOST_FORKS)
