"""Announcing gatherings."""

from services.community.gatherings.queries import ReadGathering, find_gathering
from services.community.gatherings.repository import insert_gathering
from services.community.gatherings.rules import NewGathering
from services.community.memberships.queries import standing
from services.community.posts.rules import require_member
from shared.errors import not_found
from shared.events.catalogue.community import GatheringCreated
from shared.events.unit_of_work import UnitOfWork


async def announce_gathering(work: UnitOfWork, new: NewGathering) -> ReadGathering:
    """Announce a gathering as a member.

    Raises:
        ServiceError: not_found `community-not-found`; forbidden `membership-required`.
    """
    require_member(await standing(work.connection, new.community_id, new.organiser_id))
    await insert_gathering(work.connection, new, work.now)
    event = GatheringCreated(
        gathering_id=new.id,
        community_id=new.community_id,
        organiser_id=new.organiser_id,
        title=new.title,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        time_zone=new.time_zone,
        capacity=new.capacity,
        place=new.place,
        url=new.url,
    )
    audience = [f"community:{new.community_id}", f"gathering:{new.id}"]
    await work.append(f"gathering-{new.id}", "none", event, audience=audience)
    gathering = await find_gathering(work.connection, new.id, new.organiser_id)
    if gathering is None:
        raise not_found("gathering")
    return gathering
