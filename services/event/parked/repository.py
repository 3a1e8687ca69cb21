"""Asking for parked events to be handled again, and giving them up."""

from sqlalchemy import BigInteger, bindparam, delete, func, select, tuple_, update

from shared.database.connection import Connection, Row
from shared.database.statements import compiled
from shared.events.tables import parked_events

_parked = parked_events.c
_OF_CONSUMER = _parked.consumer == bindparam("name")
_THIS = (_OF_CONSUMER, _parked.position == bindparam("parked_position", type_=BigInteger))
_SOME = select(_parked.consumer, _parked.position).order_by(_parked.position).limit(bindparam("most")).with_for_update()
_ASKED_FOR = {"state": "replaying", "requested_at": bindparam("now")}
_KEY = tuple_(_parked.consumer, _parked.position)

_LOCK = compiled(select(parked_events).where(*_THIS).with_for_update())
_ASK_FOR = compiled(update(parked_events).where(*_THIS).values(_ASKED_FOR))
_ASK_FOR_SOME = compiled(
    update(parked_events)
    .where(_KEY.in_(_SOME.where(_OF_CONSUMER, _parked.state == "parked")))
    .values(_ASKED_FOR)
    .returning(parked_events)
)
_DELETE = compiled(delete(parked_events).where(*_THIS))
_DELETE_SOME = compiled(delete(parked_events).where(_KEY.in_(_SOME.where(_OF_CONSUMER))).returning(parked_events))
_COUNT = compiled(select(func.count()).where(_OF_CONSUMER, _parked.state == "parked"))


async def lock_parked(connection: Connection, consumer: str, position: int) -> Row | None:
    """One, held until the transaction ends."""
    return await connection.fetch_row(_LOCK, name=consumer, parked_position=position)


async def ask_for(connection: Connection, consumer: str, position: int, now: object) -> None:
    """Have one handled again."""
    await connection.execute(_ASK_FOR, name=consumer, parked_position=position, now=now)


async def ask_for_some(connection: Connection, consumer: str, most: int, now: object) -> list[Row]:
    """Have the first so many handled again that are not asked for yet; those."""
    return await connection.fetch(_ASK_FOR_SOME, name=consumer, most=most, now=now)


async def remove(connection: Connection, consumer: str, position: int) -> None:
    """Forget one."""
    await connection.execute(_DELETE, name=consumer, parked_position=position)


async def remove_some(connection: Connection, consumer: str, most: int) -> list[Row]:
    """Forget the first so many; those."""
    return await connection.fetch(_DELETE_SOME, name=consumer, most=most)


async def count_left(connection: Connection, consumer: str) -> int:
    """How many are parked and not asked for."""
    return int(await connection.fetch_value(_COUNT, name=consumer))
