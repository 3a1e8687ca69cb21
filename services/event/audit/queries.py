"""The audit list, built by PostgreSQL."""

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON

from services.event.audit.selection import Part, Selection
from services.event.streams.queries import BY_INDEX_ALONE, RARE
from shared.database.connection import Row
from shared.database.errors import RetryableConflict
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import Statement, compiled
from shared.events.store import fetch_with_head, sealed_head
from shared.events.store import head as store_head
from shared.events.tables import events, request_origins, seals
from shared.identifiers import Position

# Entries of an export that are read at once.
BATCH = 250

_origins = request_origins.c
_request_id = events.c.metadata["request_id"].astext
_reason = events.c.metadata["reason"].astext
_origin = case(
    (_origins.request_id.is_(None), null().cast(JSON)),
    else_=json_object(
        address=_origins.address,
        user_agent=_origins.agent,
        route=func.concat(_origins.method, literal_column("' /api'"), _origins.path),
    ),
)
_ITEM = json_object(
    position=seals.c.position,
    event_id=events.c.id,
    occurred_at=json_time(events.c.occurred_at),
    actor=events.c.actor,
    action=events.c.type,
    subject=events.c.stream,
    request_id=_request_id,
    reason=_reason,
    origin=_origin,
)
_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "wanted_actor": events.c.actor == bindparam("wanted_actor", type_=Text),
    "types": events.c.type == func.any(bindparam("types", type_=ARRAY(Text))),
    "subject": events.c.stream == bindparam("subject", type_=Text),
    "wanted_request": _request_id == bindparam("wanted_request", type_=Text),
    "wanted_address": _origins.address == bindparam("wanted_address", type_=Text),
    "has_reason": _reason.is_not(None) == bindparam("has_reason", type_=Boolean),
    "since": events.c.occurred_at >= bindparam("since", type_=DateTime(timezone=True)),
    "until": events.c.occurred_at < bindparam("until", type_=DateTime(timezone=True)),
}
# Those that an index answers for.
_INDEXED = frozenset({"wanted_actor", "types", "subject"})
_ENTRIES = (
    select(_ITEM.label("item"), seals.c.position, sealed_head.label("head"))
    .join_from(seals, events, seals.c.seq == events.c.seq)
    .outerjoin(request_origins, and_(_origins.request_id == _request_id, _origins.at == events.c.occurred_at))
    .where(
        seals.c.position > bindparam("after", type_=BigInteger), seals.c.position <= bindparam("upto", type_=BigInteger)
    )
    .limit(bindparam("most"))
)


async def list_audit(pool: Pool, part: Part, most: int, wanted: Selection) -> tuple[list[Row], Position]:
    """Rows of item (JSON bytes) and position, and a head that they cover.

    Going through positions finds what is common soon; what is rare is found by the indexes of the filters.
    """
    values = {**wanted.given(), "after": part.after, "upto": part.upto, "most": most}
    names = frozenset(wanted.given())
    rare = None
    if names & _INDEXED:
        # A migration made its statements stale: the other way is asked anew.
        with suppress(RetryableConflict):
            rare = await _list_rare(pool, names, values, is_newest_first=part.is_newest_first)
    statement = _by_position(names, is_newest_first=part.is_newest_first)
    return rare or await fetch_with_head(pool, statement, **values)


async def export_audit(pool: Pool, part: Part, wanted: Selection) -> AsyncIterator[list[Row]]:
    """All that is wanted, so many at a time; nothing is held in between."""
    left: Part | None = part
    while left is not None:
        rows, head = await list_audit(pool, left, BATCH + 1, wanted)
        if page := rows[:BATCH]:
            yield page
        left = left.behind(page[-1]["position"], head) if len(rows) > BATCH else None


async def _list_rare(
    pool: Pool, names: frozenset[str], values: Mapping[str, Any], *, is_newest_first: bool
) -> tuple[list[Row], Position] | None:
    """By the indexes of the filters, None when that would bring too many."""
    indexed = names & _INDEXED
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(BY_INDEX_ALONE)
        counted = {name: value for name, value in values.items() if name in indexed}
        if await connection.fetch_value(_counting(indexed), most=RARE + 1, **counted) > RARE:
            return None
        # Before the rows, which then cover it.
        head = await store_head(connection)
        rows = await connection.fetch(_by_filter(names, is_newest_first=is_newest_first), **values)
    return rows, Position(rows[0]["head"]) if rows else head


# One statement for each set of filters: `OR value IS NULL` would keep PostgreSQL from using their indexes.
@lru_cache(maxsize=256)
def _by_position(names: frozenset[str], *, is_newest_first: bool) -> Statement:
    return compiled(_in_order(_ENTRIES.where(*_conditions(names)), is_newest_first=is_newest_first))


@lru_cache(maxsize=256)
def _by_filter(names: frozenset[str], *, is_newest_first: bool) -> Statement:
    """Materialized, since the planner takes what is wanted to lie evenly among the positions."""
    indexed = select(events.c.seq).where(*_conditions(names & _INDEXED))
    matching = indexed.cte("matching").prefix_with("MATERIALIZED")
    found = _ENTRIES.join(matching, matching.c.seq == events.c.seq).where(*_conditions(names - _INDEXED))
    return compiled(_in_order(found, is_newest_first=is_newest_first))


@lru_cache(maxsize=64)
def _counting(names: frozenset[str]) -> Statement:
    matching = select(events.c.seq).where(*_conditions(names)).limit(bindparam("most")).subquery()
    return compiled(select(func.count()).select_from(matching))


def _conditions(names: frozenset[str]) -> list[ColumnElement[bool]]:
    return [condition for name, condition in _CONDITIONS.items() if name in names]


def _in_order(query: Select[Any], *, is_newest_first: bool) -> Select[Any]:
    return query.order_by(seals.c.position.desc() if is_newest_first else seals.c.position)
