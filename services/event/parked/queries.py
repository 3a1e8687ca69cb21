"""Looking at parked events."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Text, bindparam, select, tuple_

from shared.database.connection import Row
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.events import store
from shared.events.envelope import StoredEvent
from shared.events.tables import events, parked_events
from shared.identifiers import Position

_parked = parked_events.c
_ROWS = select(parked_events, events.c.type).join_from(parked_events, events, events.c.id == _parked.event_id)
_position = bindparam("parked_position", type_=BigInteger)
_name = bindparam("name", type_=Text)
_BEHIND = (
    _ROWS.where(tuple_(_parked.consumer, _parked.position) > tuple_(_name, _position))
    .order_by(_parked.consumer, _parked.position)
    .limit(bindparam("most"))
)
_LIST = compiled(_BEHIND)
_LIST_OF = compiled(_BEHIND.where(_parked.consumer == bindparam("consumer")))
_FIND = compiled(_ROWS.where(_parked.consumer == _name, _parked.position == _position))


async def list_parked(pool: Pool, consumer: str | None, after: tuple[str, int], most: int) -> Sequence[Row]:
    """Rows by consumer and position; of one consumer, or of all."""
    name, position = after
    if consumer is None:
        return await pool.fetch(_LIST, name=name, parked_position=position, most=most)
    return await pool.fetch(_LIST_OF, consumer=consumer, name=name, parked_position=position, most=most)


async def find_parked(pool: Pool, consumer: str, position: int) -> tuple[Row, StoredEvent] | None:
    """One with its event as it is stored."""
    row = await pool.fetch_row(_FIND, name=consumer, parked_position=position)
    if row is None:
        return None
    (event,) = await store.read_after(pool, Position(position - 1), 1)
    return row, event
