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
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON

from services.event.audit.selection import LARGEST_POSITION, Part, Selection
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

# Positions that are looked through before anything else.
NEAR = 1_000
# Entries of an export that are read at once, and positions that are looked through for them.
BATCH = 250
WIDEST = 64_000

# For this transaction: how many events a value has is looked up for that value.
_BY_ITS_VALUES = compiled(select(func.set_config("plan_cache_mode", "force_custom_plan", true())))
_origins = request_origins.c
_request_id = events.c.metadata["request_id"].astext
_reason = events.c.metadata["reason"].astext
_impersonator = events.c.metadata["impersonator"].astext
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
    impersonator=_impersonator,
    origin=_origin,
)
_CAME_FROM = and_(_origins.request_id == _request_id, _origins.at == events.c.occurred_at)
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
# Those that an index answers for, and those that tell few from many all the same.
_INDEXED = frozenset({"wanted_actor", "types", "subject", "since", "until"})
_SOUGHT = frozenset({"wanted_request", "wanted_address", "has_reason"})
_ENTRIES = (
    select(_ITEM.label("item"), seals.c.position, sealed_head.label("head"))
    .join_from(seals, events, seals.c.seq == events.c.seq)
    .outerjoin(request_origins, _CAME_FROM)
    .where(
        seals.c.position > bindparam("after", type_=BigInteger), seals.c.position <= bindparam("upto", type_=BigInteger)
    )
    .limit(bindparam("most"))
)


async def list_audit(pool: Pool, part: Part, most: int, wanted: Selection) -> tuple[list[Row], Position]:
    """Rows of item (JSON bytes) and position, and a head that they cover.

    Going through positions finds what is common soon, and what is rare never: so only a few are tried before what the
    filters find among all events, unless those would bring too many to put in order.
    """
    if not wanted.given():
        return await _fetch(pool, part, most, wanted)
    near = part.beginning(await store_head(pool), NEAR)
    found = await _fetch(pool, near, most, wanted)
    if len(found[0]) >= most or near.covers(part, found[1]):
        return found
    for names in (_INDEXED, _SOUGHT):
        # A migration made its statements stale: the other way is asked anew.
        with suppress(RetryableConflict):
            if (rare := await _list_rare(pool, part, most, wanted, names)) is not None:
                return rare
    return await _fetch(pool, part, most, wanted)


async def export_audit(pool: Pool, part: Part, wanted: Selection) -> AsyncIterator[list[Row]]:
    """All that is wanted, so many at a time; nothing is held in between.

    Goes through the positions once, in steps that grow where little is found: no statement takes long.
    """
    left = part.beginning(await store_head(pool), LARGEST_POSITION)
    width = BATCH
    while not left.is_empty:
        step = left.beginning(Position(left.upto), width)
        rows, _ = await _fetch(pool, step, BATCH, wanted)
        if rows:
            yield rows
        if len(rows) == BATCH:
            left = left.behind(rows[-1]["position"], Position(left.upto))
        else:
            left = left.without(step)
            width = min(width * 2, WIDEST)


async def _fetch(pool: Pool, part: Part, most: int, wanted: Selection) -> tuple[list[Row], Position]:
    """By going through positions."""
    statement = _by_position(frozenset(wanted.given()), is_newest_first=part.is_newest_first)
    return await fetch_with_head(pool, statement, **_values(part, most, wanted))


async def _list_rare(
    pool: Pool, part: Part, most: int, wanted: Selection, telling: frozenset[str]
) -> tuple[list[Row], Position] | None:
    """What some filters find among all, None when there are none of them or they bring too many."""
    values = _values(part, most, wanted)
    names = frozenset(wanted.given())
    first = names & telling
    if not first:
        return None
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(BY_INDEX_ALONE if telling is _INDEXED else _BY_ITS_VALUES)
        counted = {name: value for name, value in values.items() if name in first}
        if await connection.fetch_value(_counting(first), most=RARE + 1, **counted) > RARE:
            return None
        # Before the rows, which then cover it.
        head = await store_head(connection)
        rows = await connection.fetch(_by_filter(names, first, is_newest_first=part.is_newest_first), **values)
    return rows, Position(rows[0]["head"]) if rows else head


def _values(part: Part, most: int, wanted: Selection) -> dict[str, Any]:
    return {**wanted.given(), "after": part.after, "upto": part.upto, "most": most}


# One statement for each set of filters: `OR value IS NULL` would keep PostgreSQL from using their indexes.
@lru_cache(maxsize=256)
def _by_position(names: frozenset[str], *, is_newest_first: bool) -> Statement:
    return compiled(_in_order(_ENTRIES.where(*_conditions(names)), is_newest_first=is_newest_first))


@lru_cache(maxsize=256)
def _by_filter(names: frozenset[str], first: frozenset[str], *, is_newest_first: bool) -> Statement:
    """Materialized, since the planner takes what is wanted to lie evenly among the positions."""
    matching = _matching(first).cte("matching").prefix_with("MATERIALIZED")
    found = _ENTRIES.join(matching, matching.c.seq == events.c.seq).where(*_conditions(names - first))
    return compiled(_in_order(found, is_newest_first=is_newest_first))


@lru_cache(maxsize=64)
def _counting(names: frozenset[str]) -> Statement:
    return compiled(select(func.count()).select_from(_matching(names).limit(bindparam("most")).subquery()))


def _matching(names: frozenset[str]) -> Select[Any]:
    found = select(events.c.seq).where(*_conditions(names))
    return found.join(request_origins, _CAME_FROM) if "wanted_address" in names else found


def _conditions(names: frozenset[str]) -> list[ColumnElement[bool]]:
    return [condition for name, condition in _CONDITIONS.items() if name in names]


def _in_order(query: Select[Any], *, is_newest_first: bool) -> Select[Any]:
    return query.order_by(seals.c.position.desc() if is_newest_first else seals.c.position)
