"""Reading events, sealed or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, Text, bindparam, or_, select
from sqlalchemy.sql.elements import ColumnElement

from shared.database.pool import Pool
from shared.database.statements import Statement, compiled
from shared.events.envelope import StoredEvent
from shared.events.store import EVENT_COLUMNS, fetch_with_head, sealed_head, to_event
from shared.events.tables import events, seals
from shared.identifiers import Position


def _optional(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """The column has the value, or no value was given."""
    value = bindparam(name, type_=Text)
    return or_(value.is_(None), column == value)


_HEAD = sealed_head.label("head")
_ALL = compiled(
    select(*EVENT_COLUMNS, _HEAD)
    .join_from(seals, events, seals.c.seq == events.c.seq)
    .where(
        seals.c.position > bindparam("after", type_=BigInteger),
        _optional(events.c.type, "event_type"),
        _optional(events.c.actor, "wanted_actor"),
        _optional(events.c.actor, "viewer"),
    )
    .order_by(seals.c.position)
    .limit(bindparam("most"))
)
_IN_STREAM = (
    select(*EVENT_COLUMNS, _HEAD)
    .outerjoin_from(events, seals, seals.c.seq == events.c.seq)
    .where(events.c.stream == bindparam("stream"), _optional(events.c.actor, "viewer"))
)
_FORWARD = compiled(
    _IN_STREAM.where(events.c.version >= bindparam("start", type_=BigInteger))
    .order_by(events.c.version)
    .limit(bindparam("most"))
)
_BACKWARD = compiled(
    _IN_STREAM.where(events.c.version <= bindparam("start", type_=BigInteger))
    .order_by(events.c.version.desc())
    .limit(bindparam("most"))
)
_BY_ID = compiled(
    select(*EVENT_COLUMNS, _HEAD)
    .outerjoin_from(events, seals, seals.c.seq == events.c.seq)
    .where(events.c.id == bindparam("id"), _optional(events.c.actor, "viewer"))
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events are wanted; `viewer` limits them to those that this actor caused."""

    event_type: str | None = None
    wanted_actor: str | None = None
    viewer: str | None = None


async def list_events(pool: Pool, after: int, most: int, wanted: Filter) -> tuple[Sequence[StoredEvent], Position]:
    """Sealed events by position, and the head of their snapshot."""
    return await _fetch(
        pool,
        _ALL,
        after=after,
        most=most,
        event_type=wanted.event_type,
        wanted_actor=wanted.wanted_actor,
        viewer=wanted.viewer,
    )


async def list_stream(
    pool: Pool, stream: str, *, start: int, is_forward: bool, most: int, viewer: str | None
) -> tuple[Sequence[StoredEvent], Position]:
    """A stream from a version on, in either direction, sealed or not."""
    statement = _FORWARD if is_forward else _BACKWARD
    return await _fetch(pool, statement, stream=stream, start=start, most=most, viewer=viewer)


async def find_event(pool: Pool, event_id: UUID, viewer: str | None) -> tuple[StoredEvent, Position] | None:
    """One event, sealed or not."""
    events_found, head = await _fetch(pool, _BY_ID, id=event_id, viewer=viewer)
    return (events_found[0], head) if events_found else None


async def _fetch(pool: Pool, statement: Statement, **values: object) -> tuple[Sequence[StoredEvent], Position]:
    rows, head = await fetch_with_head(pool, statement, **values)
    return [to_event(row) for row in rows], head
