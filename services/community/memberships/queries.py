"""Who is what in a community, and so who may see it; listing members."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Uuid, bindparam, or_, select, tuple_

from services.community.communities.tables import communities
from services.community.memberships.tables import memberships
from shared.database.connection import Connection, Row
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.events.store import fetch_with_head, sealed_head
from shared.identifiers import Position
from shared.read_models.accounts import published_accounts


def my_role(viewer: ColumnElement[Any]) -> ColumnElement[Any]:
    """The viewer's role in the community of the same statement, null for those who are no members."""
    return (
        select(memberships.c.role)
        .where(
            memberships.c.community_id == communities.c.id,
            memberships.c.account_id == viewer,
            memberships.c.state == "active",
        )
        .scalar_subquery()
    )


def may_see(viewer: ColumnElement[Any]) -> ColumnElement[bool]:
    """Not private, or the viewer is a member."""
    return or_(communities.c.visibility != "private", my_role(viewer).is_not(None))


_STANDING = compiled(
    select(communities.c.id, my_role(bindparam("viewer", type_=Uuid)).label("role")).where(
        communities.c.id == bindparam("wanted", type_=Uuid), may_see(bindparam("viewer", type_=Uuid))
    )
)
_ITEM = json_object(
    account_id=memberships.c.account_id,
    username=published_accounts.c.username,
    role=memberships.c.role,
    state=memberships.c.state,
    joined_at=json_time(memberships.c.joined_at),
)
_JOINED = select(
    _ITEM.label("item"), memberships.c.joined_at, memberships.c.account_id, sealed_head.label("head")
).outerjoin_from(memberships, published_accounts, published_accounts.c.id == memberships.c.account_id)

_since = bindparam("since", type_=DateTime(timezone=True))
_LIST = compiled(
    _JOINED.where(
        memberships.c.community_id == bindparam("community"),
        memberships.c.state == "active",
        or_(
            _since.is_(None),
            tuple_(memberships.c.joined_at, memberships.c.account_id) > tuple_(_since, bindparam("seen", type_=Uuid)),
        ),
    )
    .order_by(memberships.c.joined_at, memberships.c.account_id)
    .limit(bindparam("most"))
)
_ONE = compiled(
    _JOINED.where(
        memberships.c.community_id == bindparam("community"), memberships.c.account_id == bindparam("account")
    )
)


async def list_members(
    pool: Pool, community_id: UUID, after: tuple[datetime | None, UUID | None], most: int
) -> tuple[list[Row], Position]:
    """Active members in the order in which they joined: rows of item and sort key, and a head they cover."""
    since, seen = after
    return await fetch_with_head(pool, _LIST, community=community_id, since=since, seen=seen, most=most)


async def read_membership(source: Connection, community_id: UUID, account_id: UUID) -> bytes:
    """One membership as JSON."""
    row = await source.fetch_row(_ONE, community=community_id, account=account_id)
    return bytes(row["item"]) if row else b"{}"


async def standing(source: Pool | Connection, community_id: UUID, viewer: UUID | None) -> str | None:
    """What the viewer is there: a role, `visitor`, or None when for them there is no such community."""
    row = await source.fetch_row(_STANDING, wanted=community_id, viewer=viewer)
    return None if row is None else row["role"] or "visitor"
