"""Listing members."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, or_, select, tuple_

from services.community.memberships.tables import memberships
from shared.database.connection import Connection, Row
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.events.store import sealed_head
from shared.read_models.accounts import published_accounts

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
) -> list[Row]:
    """Active members in the order in which they joined: rows of item (JSON bytes), sort key and head."""
    since, seen = after
    return await pool.fetch(_LIST, community=community_id, since=since, seen=seen, most=most)


async def read_membership(source: Connection, community_id: UUID, account_id: UUID) -> bytes:
    """One membership as JSON."""
    row = await source.fetch_row(_ONE, community=community_id, account=account_id)
    return bytes(row["item"]) if row else b"{}"
