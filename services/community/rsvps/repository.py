"""Writing answers; the gathering's row must be locked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.community.gatherings.tables import gatherings
from services.community.rsvps.tables import rsvps
from shared.database.connection import Connection, Row
from shared.database.statements import compiled

_OF_GATHERING = rsvps.c.gathering_id == bindparam("gathering", type_=Uuid)
_ONE = and_(_OF_GATHERING, rsvps.c.account_id == bindparam("account", type_=Uuid))
_GOING = select(func.count()).where(_OF_GATHERING, rsvps.c.status == "going").scalar_subquery()
_STATE = compiled(select(select(rsvps.c.status).where(_ONE).scalar_subquery().label("mine"), _GOING.label("going")))
_INSERT = insert(rsvps).values(
    gathering_id=bindparam("gathering"),
    account_id=bindparam("account"),
    status=bindparam("answer"),
    answered_at=bindparam("now"),
)
# Another answer goes to the end: its number is drawn anew.
_ANSWER = compiled(
    _INSERT.on_conflict_do_update(
        index_elements=["gathering_id", "account_id"],
        set_={name: _INSERT.excluded[name] for name in ("status", "number", "answered_at")},
    )
)
_DELETE = compiled(delete(rsvps).where(_ONE).returning(rsvps.c.status))
_waiting = rsvps.alias("waiting")
# Served by rsvps_in_order.
_FIRST = (
    select(_waiting.c.account_id)
    .where(_waiting.c.gathering_id == bindparam("gathering", type_=Uuid), _waiting.c.status == "waiting")
    .order_by(_waiting.c.number)
    .limit(1)
    .scalar_subquery()
)
_PROMOTE = compiled(
    update(rsvps)
    .values(status="going")
    .where(_OF_GATHERING, rsvps.c.account_id == _FIRST)
    .returning(rsvps.c.account_id)
)
_PLACE = compiled(
    select(func.count()).where(
        _OF_GATHERING,
        rsvps.c.status == "waiting",
        rsvps.c.number
        <= select(_waiting.c.number)
        .where(
            _waiting.c.gathering_id == bindparam("gathering", type_=Uuid),
            _waiting.c.account_id == bindparam("account", type_=Uuid),
        )
        .scalar_subquery(),
    )
)
_ANSWERED_BY = (
    select(rsvps.c.gathering_id)
    .where(rsvps.c.account_id == bindparam("account", type_=Uuid))
    # Whoever locks several does so in this order.
    .order_by(rsvps.c.gathering_id)
)
_ALL_ANSWERED = compiled(_ANSWERED_BY)
_AHEAD = compiled(
    _ANSWERED_BY.join(gatherings, gatherings.c.id == rsvps.c.gathering_id).where(
        gatherings.c.community_id == bindparam("community", type_=Uuid),
        gatherings.c.ends_at > bindparam("now", type_=gatherings.c.ends_at.type),
    )
)
# Answers to one gathering wait for one another here, so that places are counted exactly and the line is in order.
_LOCK = compiled(
    select(gatherings.c.id, gatherings.c.community_id, gatherings.c.capacity, gatherings.c.ends_at)
    .where(gatherings.c.id == bindparam("gathering", type_=Uuid))
    .with_for_update(key_share=True)
)


async def lock_gathering(connection: Connection, gathering_id: UUID) -> Row | None:
    """Its community, capacity and end; the row is locked until the transaction ends."""
    return await connection.fetch_row(_LOCK, gathering=gathering_id)


async def read_state(connection: Connection, gathering_id: UUID, account_id: UUID) -> tuple[str | None, int]:
    """What the account has answered, and how many are going."""
    row = await connection.fetch_row(_STATE, gathering=gathering_id, account=account_id)
    return (None, 0) if row is None else (row["mine"], row["going"])


async def put_answer(connection: Connection, gathering_id: UUID, account_id: UUID, status: str, now: datetime) -> None:
    """Answer, or answer otherwise."""
    await connection.execute(_ANSWER, gathering=gathering_id, account=account_id, answer=status, now=now)


async def delete_answer(connection: Connection, gathering_id: UUID, account_id: UUID) -> str | None:
    """What the answer was, None when there was none."""
    status: str | None = await connection.fetch_value(_DELETE, gathering=gathering_id, account=account_id)
    return status


async def promote_first(connection: Connection, gathering_id: UUID) -> UUID | None:
    """Give a place to the first in line; who that was."""
    promoted: UUID | None = await connection.fetch_value(_PROMOTE, gathering=gathering_id)
    return promoted


async def place_in_line(connection: Connection, gathering_id: UUID, account_id: UUID) -> int:
    """1 for who is next."""
    return int(await connection.fetch_value(_PLACE, gathering=gathering_id, account=account_id))


async def list_answered(connection: Connection, account_id: UUID) -> list[UUID]:
    """Every gathering that the account has answered, in the order in which they are locked."""
    return [row["gathering_id"] for row in await connection.fetch(_ALL_ANSWERED, account=account_id)]


async def list_ahead(connection: Connection, community_id: UUID, account_id: UUID, now: datetime) -> list[UUID]:
    """Those of a community that are not over, likewise."""
    rows = await connection.fetch(_AHEAD, community=community_id, account=account_id, now=now)
    return [row["gathering_id"] for row in rows]
