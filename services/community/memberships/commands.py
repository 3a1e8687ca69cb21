"""Joining and leaving. The community's row is locked before any membership."""

from uuid import UUID

from services.community.memberships import repository
from services.community.memberships.queries import read_membership
from services.community.memberships.rules import require_other_owner, state_on_joining
from shared.errors import Kind, ServiceError, not_found
from shared.events.catalogue.community import MemberJoined, MemberLeft, MemberRequested
from shared.events.unit_of_work import UnitOfWork


async def join(work: UnitOfWork, community_id: UUID, account_id: UUID) -> tuple[str, bytes]:
    """Join, or ask to: the state and the membership as JSON.

    Raises:
        ServiceError: not_found `community-not-found`; forbidden `invitation-required`; conflict `already-member`.
    """
    community = await repository.lock_community(work.connection, community_id)
    if community is None:
        raise not_found("community")
    if await repository.find_membership(work.connection, community_id, account_id) is not None:
        raise ServiceError(Kind.CONFLICT, "already-member", "There is a membership already.")
    # Of a private community nobody outside knows that it is there.
    if community["visibility"] == "private":
        raise not_found("community")
    if state_on_joining(community["join_policy"]) == "active":
        await repository.change_member_count(work.connection, community_id, 1)
        await enrol(work, community_id, account_id, "member")
        return "active", await read_membership(work.connection, community_id, account_id)
    await repository.insert_membership(work.connection, community_id, account_id, "member", "pending", work.now)
    event = MemberRequested(community_id=community_id, account_id=account_id, role="member")
    await work.append(f"community-{community_id}", "any", event, audience=[f"user:{account_id}"])
    return "pending", await read_membership(work.connection, community_id, account_id)


async def enrol(work: UnitOfWork, community_id: UUID, account_id: UUID, role: str) -> None:
    """Make an active membership, counted by the caller."""
    await repository.insert_membership(work.connection, community_id, account_id, role, "active", work.now)
    event = MemberJoined(community_id=community_id, account_id=account_id, role=role)
    await work.append(f"community-{community_id}", "any", event, audience=_audience(community_id, account_id))


async def leave(work: UnitOfWork, community_id: UUID, account_id: UUID) -> None:
    """End one's membership, or take back the request for one.

    Raises:
        ServiceError: not_found `membership-not-found`; conflict `last-owner`.
    """
    await repository.lock_community(work.connection, community_id)
    membership = await repository.find_membership(work.connection, community_id, account_id)
    if membership is None:
        raise not_found("membership")
    require_other_owner(membership["role"], await repository.count_owners(work.connection, community_id))
    await repository.delete_membership(work.connection, community_id, account_id)
    audience = [f"user:{account_id}"]
    if membership["state"] == "active":
        await repository.change_member_count(work.connection, community_id, -1)
        audience = _audience(community_id, account_id)
    event = MemberLeft(community_id=community_id, account_id=account_id, role=membership["role"])
    await work.append(f"community-{community_id}", "any", event, audience=audience)


def _audience(community_id: UUID, account_id: UUID) -> list[str]:
    return [f"community:{community_id}", f"user:{account_id}"]
