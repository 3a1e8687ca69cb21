"""Reading the event store by position: what consumers and live recovery start from and fall back to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.connection import Connection, Row
from shared.database.pool import Pool
from shared.database.statements import Statement, compiled
from shared.events.archive import complete
from shared.events.envelope import StoredEvent
from shared.events.tables import events, seals
from shared.identifiers import Position

EVENT_COLUMNS = (
    events.c.id,
    seals.c.position,
    events.c.stream,
    events.c.version,
    events.c.type,
    events.c.schema_version,
    events.c.actor,
    events.c.occurred_at,
    events.c.data,
    events.c.metadata,
)

sealed_head = select(func.coalesce(func.max(seals.c.position), 0)).scalar_subquery()
"""The highest position, as a column of the same statement's snapshot."""


def _sealed() -> Select[Any]:
    return select(*EVENT_COLUMNS).join_from(seals, events, seals.c.seq == events.c.seq)


_HEAD = compiled(select(sealed_head))
_AFTER = compiled(
    _sealed()
    .where(seals.c.position > bindparam("after", type_=BigInteger))
    .order_by(seals.c.position)
    .limit(bindparam("most"))
)
_IN_CHANNEL = compiled(
    _sealed()
    .where(
        events.c.metadata["audience"].op("@>")(cast(bindparam("channel"), JSONB)),
        seals.c.position > bindparam("after", type_=BigInteger),
        seals.c.position <= bindparam("until", type_=BigInteger),
    )
    .order_by(seals.c.position)
    .limit(bindparam("most"))
)
_LAST_IN_CHANNEL = compiled(
    select(func.coalesce(func.max(seals.c.position), 0))
    .join_from(seals, events, seals.c.seq == events.c.seq)
    .where(
        events.c.metadata["audience"].op("@>")(cast(bindparam("channel"), JSONB)),
        seals.c.position <= bindparam("until", type_=BigInteger),
    )
)


def to_event(row: Row) -> StoredEvent:
    """A row with `EVENT_COLUMNS`; position 0 while it has no seal. `archive.complete` puts archived data back."""
    return StoredEvent(
        row["id"],
        Position(row["position"] or 0),
        row["stream"],
        row["version"],
        row["type"],
        row["schema_version"],
        row["actor"],
        row["occurred_at"],
        row["data"],
        row["metadata"],
    )


async def head(source: Connection | Pool) -> Position:
    """The highest sealed position, 0 in an empty store."""
    return Position(await source.fetch_value(_HEAD))


async def fetch_with_head(pool: Pool, statement: Statement, **values: object) -> tuple[list[Row], Position]:
    """Rows of a statement that has `sealed_head` as its column `head`, and a head that they cover.

    When there are none the head is read first and the rows again: a head read after them would hide what was sealed
    in between from who goes on from there.
    """
    rows = await pool.fetch(statement, **values)
    before = Position(0)
    if not rows:
        before = await head(pool)
        rows = await pool.fetch(statement, **values)
    return rows, Position(rows[0]["head"]) if rows else before


async def read_after(source: Connection | Pool, after: Position, most: int) -> Sequence[StoredEvent]:
    """Sealed events with a greater position, in order, without a gap."""
    rows = await source.fetch(_AFTER, after=after, most=most)
    return await complete(source, [to_event(row) for row in rows])


async def read_channel(
    source: Connection | Pool, channel: str, *, after: Position, until: Position, most: int
) -> Sequence[StoredEvent]:
    """Sealed events of a live channel in (after, until], in order."""
    rows = await source.fetch(_IN_CHANNEL, channel=[channel], after=after, until=until, most=most)
    return await complete(source, [to_event(row) for row in rows])


async def last_in_channel(source: Connection | Pool, channel: str, until: Position) -> Position:
    """The position of the channel's last event up to `until`, 0 when there is none."""
    return Position(await source.fetch_value(_LAST_IN_CHANNEL, channel=[channel], until=until))
