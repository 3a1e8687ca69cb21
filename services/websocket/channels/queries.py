"""Who may subscribe, decided from the owners' views when it is asked."""

from uuid import UUID

from services.websocket.channels.rules import Channel
from shared.database.pool import Pool
from shared.errors import not_found
from shared.read_models.communities import community_of_gathering, community_of_post, visible_communities


async def require_visible(pool: Pool, channel: Channel, account_id: UUID) -> None:
    """Go on only if the account may see what the channel tells of.

    Raises:
        ServiceError: not_found `channel-not-found`, also for what exists and may not be seen.
    """
    if not await is_visible(pool, channel, account_id):
        raise not_found("channel")


async def is_visible(pool: Pool, channel: Channel, account_id: UUID) -> bool:
    """Whether the account may see what the channel tells of, now."""
    if channel.kind == "user":
        return channel.subject == account_id
    community = await _community_of(pool, channel)
    return community is not None and bool(await visible_communities(pool, [community], account_id))


async def _community_of(pool: Pool, channel: Channel) -> UUID | None:
    match channel.kind:
        case "post":
            return await community_of_post(pool, channel.subject)
        case "gathering":
            return await community_of_gathering(pool, channel.subject)
        case _:
            return channel.subject
