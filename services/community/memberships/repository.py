"""Writing memberships."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, and_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.community.communities.tables import communities
from services.community.memberships.tables import memberships
from shared.database.connection import Connection, Row
from shared.database.statements import compiled

_ONE = and_(
    memberships.c.community_id == bindparam("community"),
    memberships.c.account_id == bindparam("account"),
)
_INSERT = compiled(
    insert(memberships)
    .values(
        community_id=bindparam("community"),
        account_id=bindparam("account"),
        role=bindparam("wanted_role"),
        state=bindparam("wanted_state"),
        joined_at=bindparam("now"),
    )
    .on_conflict_do_nothing()
)
_FIND = compiled(select(memberships.c.role, memberships.c.state).where(_ONE))
_DELETE = compiled(delete(memberships).where(_ONE))
_OWNERS = compiled(
    select(func.count())
    .select_from(memberships)
    .where(memberships.c.community_id == bindparam("community"), memberships.c.role == "owner")
)
# Joining and leaving one community wait for one another here, so that its count is exact. Posts go on meanwhile: their
# foreign key takes the weaker lock that this one allows.
_LOCK = compiled(
    select(communities.c.join_policy, communities.c.visibility)
    .where(communities.c.id == bindparam("community"))
    .with_for_update(key_share=True)
)
_COUNT = compiled(
    update(communities)
    .where(communities.c.id == bindparam("community"))
    .values(member_count=communities.c.member_count + bindparam("change", type_=Integer))
)


async def lock_community(connection: Connection, community_id: UUID) -> Row | None:
    """Join policy and visibility of the community, its row locked until the transaction ends."""
    return await connection.fetch_row(_LOCK, community=community_id)


async def change_member_count(connection: Connection, community_id: UUID, change: int) -> None:
    """Count members in or out; the row must be locked."""
    await connection.execute(_COUNT, community=community_id, change=change)


async def insert_membership(
    connection: Connection, community_id: UUID, account_id: UUID, role: str, state: str, now: datetime
) -> bool:
    """False when there is one already."""
    inserted = await connection.execute(
        _INSERT, community=community_id, account=account_id, wanted_role=role, wanted_state=state, now=now
    )
    return inserted == 1


async def find_membership(connection: Connection, community_id: UUID, account_id: UUID) -> Row | None:
    """Role and state."""
    return await connection.fetch_row(_FIND, community=community_id, account=account_id)


async def delete_membership(connection: Connection, community_id: UUID, account_id: UUID) -> None:
    """It is over."""
    await connection.execute(_DELETE, community=community_id, account=account_id)


async def count_owners(connection: Connection, community_id: UUID) -> int:
    """How many owners there are; the community's row must be locked."""
    return int(await connection.fetch_value(_OWNERS, community=community_id))
