"""Reading events, sealed or not."""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Select, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.event.streams.selection import Selection
from shared.database.connection import Row
from shared.database.pool import Pool
from shared.database.statements import Statement, compiled
from shared.events.envelope import StoredEvent
from shared.events.store import EVENT_COLUMNS, fetch_with_head, sealed_head, to_event
from shared.events.tables import events, seals
from shared.identifiers import Position

_HEAD = sealed_head.label("head")
_CONDITIONS = {
    "types": events.c.type == func.any(bindparam("types", type_=ARRAY(Text))),
    "wanted_actor": events.c.actor == bindparam("wanted_actor", type_=Text),
    "viewer": events.c.actor == bindparam("viewer", type_=Text),
    "since": events.c.occurred_at >= bindparam("since", type_=DateTime(timezone=True)),
    "until": events.c.occurred_at < bindparam("until", type_=DateTime(timezone=True)),
}
_ALL = select(*EVENT_COLUMNS, _HEAD).join_from(seals, events, seals.c.seq == events.c.seq)
_STREAM = (
    select(*EVENT_COLUMNS, _HEAD)
    .outerjoin_from(events, seals, seals.c.seq == events.c.seq)
    .where(events.c.stream == bindparam("stream"))
)
_FORWARD = (
    _STREAM.where(events.c.version >= bindparam("start", type_=BigInteger))
    .order_by(events.c.version)
    .limit(bindparam("most"))
)
_BACKWARD = (
    _STREAM.where(events.c.version <= bindparam("start", type_=BigInteger))
    .order_by(events.c.version.desc())
    .limit(bindparam("most"))
)
_BY_ID = (
    select(*EVENT_COLUMNS, _HEAD)
    .outerjoin_from(events, seals, seals.c.seq == events.c.seq)
    .where(events.c.id == bindparam("id"))
)
_ENVELOPES = compiled(
    select(seals.c.position, events.c.type, events.c.actor, events.c.occurred_at)
    .join_from(seals, events, seals.c.seq == events.c.seq)
    .where(seals.c.position > bindparam("after", type_=BigInteger))
    .order_by(seals.c.position)
    .limit(bindparam("most"))
)


async def list_events(pool: Pool, after: int, most: int, wanted: Selection) -> tuple[Sequence[StoredEvent], Position]:
    """Sealed events by position, and the head of their snapshot."""
    values = wanted.given()
    return await _fetch(pool, _selecting(frozenset(values)), after=after, most=most, **values)


async def list_stream(
    pool: Pool, stream: str, *, start: int, is_forward: bool, most: int, viewer: str | None
) -> tuple[Sequence[StoredEvent], Position]:
    """A stream from a version on, in either direction, sealed or not."""
    statement = _FORWARD if is_forward else _BACKWARD
    return await _fetch_seen_by(pool, statement, viewer, stream=stream, start=start, most=most)


async def find_event(pool: Pool, event_id: UUID, viewer: str | None) -> tuple[StoredEvent, Position] | None:
    """One event, sealed or not."""
    events_found, head = await _fetch_seen_by(pool, _BY_ID, viewer, id=event_id)
    return (events_found[0], head) if events_found else None


async def list_envelopes(pool: Pool, after: Position, most: int) -> Sequence[Row]:
    """Position, type, actor and time of sealed events, by position."""
    return await pool.fetch(_ENVELOPES, after=after, most=most)


@lru_cache(maxsize=64)
def _selecting(names: frozenset[str]) -> Statement:
    """One statement for each set of filters: `OR value IS NULL` would keep PostgreSQL from using their indexes."""
    conditions = [condition for name, condition in _CONDITIONS.items() if name in names]
    return compiled(
        _ALL.where(seals.c.position > bindparam("after", type_=BigInteger), *conditions)
        .order_by(seals.c.position)
        .limit(bindparam("most"))
    )


@lru_cache(maxsize=8)
def _compiled(query: Select[tuple[object]], *, has_viewer: bool) -> Statement:
    return compiled(query.where(_CONDITIONS["viewer"]) if has_viewer else query)


async def _fetch_seen_by(
    pool: Pool, query: Select[tuple[object]], viewer: str | None, **values: object
) -> tuple[Sequence[StoredEvent], Position]:
    seen = {"viewer": viewer} if viewer is not None else {}
    return await _fetch(pool, _compiled(query, has_viewer=viewer is not None), **values, **seen)


async def _fetch(pool: Pool, statement: Statement, **values: object) -> tuple[Sequence[StoredEvent], Position]:
    rows, head = await fetch_with_head(pool, statement, **values)
    return [to_event(row) for row in rows], head
