"""Founding communities."""

from uuid import UUID

from services.community.communities.queries import find_community
from services.community.communities.repository import insert_community
from services.community.communities.rules import NewCommunity, with_suffix
from services.community.memberships.commands import enrol
from services.community.memberships.queries import standing
from shared.errors import FieldError, Kind, ServiceError
from shared.events.catalogue.community import CommunityCreated
from shared.events.unit_of_work import UnitOfWork


async def found_community(work: UnitOfWork, new: NewCommunity, is_slug_given: bool) -> tuple[UUID, bytes]:  # noqa: FBT001 (handed on by position)
    """Found a community; the founder is its first owner. Its id, and the community as they see it.

    Raises:
        ServiceError: conflict `slug-taken` when the slug was asked for; invalid `parent-not-found`.
    """
    if new.parent_id is not None and await standing(work.connection, new.parent_id, new.founder_id) is None:
        fault = FieldError("/parent_id", "parent-not-found", "There is no such community.")
        raise ServiceError(Kind.INVALID, "parent-not-found", fault.detail, errors=[fault])
    slug = await _insert(work, new, is_slug_given=is_slug_given)
    event = CommunityCreated(
        community_id=new.id,
        slug=slug,
        name=new.name,
        description=new.description,
        visibility=new.visibility,
        join_policy=new.join_policy,
        kind=new.kind,
        parent_id=new.parent_id,
        founder_id=new.founder_id,
    )
    await work.append(f"community-{new.id}", "none", event, audience=[f"community:{new.id}"])
    await enrol(work, new.id, new.founder_id, "owner")
    community = await find_community(work.connection, str(new.id), new.founder_id)
    return new.id, community.body if community else b"{}"


async def _insert(work: UnitOfWork, new: NewCommunity, *, is_slug_given: bool) -> str:
    if await insert_community(work.connection, new, new.slug, work.now):
        return new.slug
    if is_slug_given:
        raise ServiceError(Kind.CONFLICT, "slug-taken", "Another community has that slug.")
    slug = with_suffix(new.slug, str(new.id))
    if not await insert_community(work.connection, new, slug, work.now):
        raise ServiceError(Kind.CONFLICT, "slug-taken", "Choose a slug of your own.")
    return slug
