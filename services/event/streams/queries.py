"""Reading events, sealed or not."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, DateTime, Select, Text, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from services.event.streams.selection import Selection
from shared.database.connection import Row
from shared.database.errors import RetryableConflict
from shared.database.pool import Pool
from shared.database.statements import Statement, compiled
from shared.events.archive import complete
from shared.events.envelope import StoredEvent
from shared.events.store import EVENT_COLUMNS, fetch_with_head, sealed_head, to_event
from shared.events.store import head as store_head
from shared.events.tables import events, seals
from shared.identifiers import Position

# Positions that are looked through before anything else.
NEAR = 1_000
# Events that are few enough to be put in order whole.
RARE = 50_000

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
# For this transaction: the planner takes values to be spread evenly, and reads whole tables for one that is not.
BY_INDEX_ALONE = compiled(
    select(
        func.set_config("plan_cache_mode", "force_custom_plan", true()),
        *(func.set_config(f"enable_{way}", "off", true()) for way in ("seqscan", "hashjoin", "mergejoin")),
    )
)
_ENVELOPES = compiled(
    select(seals.c.position, events.c.type, events.c.actor, events.c.occurred_at)
    .join_from(seals, events, seals.c.seq == events.c.seq)
    .where(seals.c.position > bindparam("after", type_=BigInteger))
    .order_by(seals.c.position)
    .limit(bindparam("most"))
)


async def list_events(pool: Pool, after: int, most: int, wanted: Selection) -> tuple[Sequence[StoredEvent], Position]:
    """Sealed events by position, and the head of their snapshot.

    Going through positions finds what is common soon, and what is rare never: so only a few are tried before the
    filters' own indexes, unless those would bring too many to put in order.
    """
    values = wanted.given()
    names = frozenset(values)
    if not names:
        return await _fetch(pool, _by_position(names), after=after, most=most)
    found = await _fetch(pool, _near(names), after=after, near=after + NEAR, most=most, **values)
    if len(found[0]) >= most or found[1] <= after + NEAR:
        return found
    rare = None
    # A migration made its statements stale: the other way is asked anew.
    with suppress(RetryableConflict):
        rare = await _list_rare(pool, after, most, values)
    return rare or await _fetch(pool, _by_position(names), after=after, most=most, **values)


async def _list_rare(
    pool: Pool, after: int, most: int, values: Mapping[str, Any]
) -> tuple[Sequence[StoredEvent], Position] | None:
    """By the indexes of the filters, None when that would bring too many."""
    names = frozenset(values)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(BY_INDEX_ALONE)
        if await connection.fetch_value(_counting(names), most=RARE + 1, **values) > RARE:
            return None
        # Before the rows, which then cover it.
        head = await store_head(connection)
        rows = await connection.fetch(_by_filter(names), after=after, most=most, **values)
    return await complete(pool, [to_event(row) for row in rows]), Position(rows[0]["head"]) if rows else head


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


# One statement for each set of filters: `OR value IS NULL` would keep PostgreSQL from using their indexes.
@lru_cache(maxsize=64)
def _by_position(names: frozenset[str]) -> Statement:
    return compiled(_in_order(_ALL.where(*_conditions(names))))


@lru_cache(maxsize=64)
def _near(names: frozenset[str]) -> Statement:
    within = seals.c.position <= bindparam("near", type_=BigInteger)
    return compiled(_in_order(_ALL.where(within, *_conditions(names))))


@lru_cache(maxsize=64)
def _by_filter(names: frozenset[str]) -> Statement:
    """Materialized, since the planner takes what is wanted to lie evenly among the positions."""
    matching = select(events.c.seq).where(*_conditions(names)).cte("matching").prefix_with("MATERIALIZED")
    return compiled(_in_order(_ALL.join(matching, matching.c.seq == events.c.seq)))


@lru_cache(maxsize=64)
def _counting(names: frozenset[str]) -> Statement:
    matching = select(events.c.seq).where(*_conditions(names)).limit(bindparam("most")).subquery()
    return compiled(select(func.count()).select_from(matching))


def _conditions(names: frozenset[str]) -> list[ColumnElement[bool]]:
    return [condition for name, condition in _CONDITIONS.items() if name in names]


def _in_order(query: Select[Any]) -> Select[Any]:
    return (
        query.where(seals.c.position > bindparam("after", type_=BigInteger))
        .order_by(seals.c.position)
        .limit(bindparam("most"))
    )


@lru_cache(maxsize=8)
def _compiled(query: Select[Any], *, has_viewer: bool) -> Statement:
    return compiled(query.where(_CONDITIONS["viewer"]) if has_viewer else query)


async def _fetch_seen_by(
    pool: Pool, query: Select[Any], viewer: str | None, **values: object
) -> tuple[Sequence[StoredEvent], Position]:
    seen = {"viewer": viewer} if viewer is not None else {}
    return await _fetch(pool, _compiled(query, has_viewer=viewer is not None), **values, **seen)


async def _fetch(pool: Pool, statement: Statement, **values: object) -> tuple[Sequence[StoredEvent], Position]:
    rows, head = await fetch_with_head(pool, statement, **values)
    return await complete(pool, [to_event(row) for row in rows]), head
