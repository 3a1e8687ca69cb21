"""Reading who comes."""

from uuid import UUID

from sqlalchemy import BigInteger, Text, Uuid, bindparam, func, or_, select, tuple_

from services.community.rsvps.tables import rsvps
from shared.database.connection import Row
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.events.store import fetch_with_head, sealed_head
from shared.identifiers import Position
from shared.read_models.accounts import published_accounts

FIRST = ("going", 0)
"""Before all attendees: whoever has declined stands before it in the order."""

_ahead = rsvps.alias("ahead")
_PLACE = (
    select(func.nullif(func.count(), 0))
    .where(
        rsvps.c.status == "waiting",
        _ahead.c.gathering_id == rsvps.c.gathering_id,
        _ahead.c.status == "waiting",
        _ahead.c.number <= rsvps.c.number,
    )
    .correlate(rsvps)
    .scalar_subquery()
)
_ITEM = json_object(
    account_id=rsvps.c.account_id,
    username=published_accounts.c.username,
    status=rsvps.c.status,
    place_in_line=_PLACE,
    answered_at=json_time(rsvps.c.answered_at),
)
_only = bindparam("only", type_=Text)
_LIST = compiled(
    select(_ITEM.label("item"), rsvps.c.status, rsvps.c.number, sealed_head.label("head"))
    .outerjoin_from(rsvps, published_accounts, published_accounts.c.id == rsvps.c.account_id)
    .where(
        rsvps.c.gathering_id == bindparam("gathering", type_=Uuid),
        tuple_(rsvps.c.status, rsvps.c.number)
        > tuple_(bindparam("status", type_=Text), bindparam("number", type_=BigInteger)),
        or_(_only.is_(None), rsvps.c.status == _only),
    )
    # Served by rsvps_in_order.
    .order_by(rsvps.c.status, rsvps.c.number)
    .limit(bindparam("most"))
)


async def list_attendees(
    pool: Pool, gathering_id: UUID, only: str | None, after: tuple[str, int], most: int
) -> tuple[list[Row], Position]:
    """Who is going, who is interested, who waits, each in the order in which they asked; and a head that covers it."""
    status, number = after
    return await fetch_with_head(
        pool, _LIST, gathering=gathering_id, only=only, status=status, number=number, most=most
    )
