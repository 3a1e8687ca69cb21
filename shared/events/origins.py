"""Where requests that left events came from, beside the record and not of it: never hashed, and deleted in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import DateTime, Select, Text, bindparam, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, insert

from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import WITHOUT_WAITING, Statement, compiled
from shared.events.tables import request_origins

LONGEST_AGENT = 200

_COLUMNS = ("request_id", "at", "actor", "address", "agent", "method", "path")
_values = attrgetter(*_COLUMNS)
_TYPES = {"at": DateTime(timezone=True)}
_arrays = (bindparam(name, type_=ARRAY(_TYPES.get(name, Text()))) for name in _COLUMNS)
_given = func.unnest(*_arrays).table_valued(*_COLUMNS).render_derived()
_ROWS = select(*(_given.c[name] for name in _COLUMNS))
# The transaction is that of the statement, which stands alone.
_without_waiting = WITHOUT_WAITING.scalar_subquery()


def _inserting(rows: Select[Any]) -> Statement:
    # Who sends one request id twice at the same moment gets one row.
    return compiled(insert(request_origins).from_select(list(_COLUMNS), rows).on_conflict_do_nothing())


_INSERT = _inserting(_ROWS)
_INSERT_AHEAD = _inserting(_ROWS.where(_without_waiting == "off"))
_OLD = (
    select(request_origins.c.request_id, request_origins.c.at)
    .where(request_origins.c.at < bindparam("before"))
    .limit(bindparam("most"))
)
_FORGET = compiled(delete(request_origins).where(tuple_(request_origins.c.request_id, request_origins.c.at).in_(_OLD)))


@dataclass(frozen=True, slots=True)
class Origin:
    """Of one request; with `at`, the time of its events, since clients may give their requests any id.

    `actor` is the person whose request it is, so that erasing them finds it; `path` is the route's template.
    """

    request_id: str
    at: datetime
    actor: str
    address: str
    agent: str | None
    method: str
    path: str


async def record_origins(connection: Connection, origins: Sequence[Origin]) -> None:
    """Write them in the caller's transaction, in one statement."""
    await connection.execute(_INSERT, **_columns(origins))


async def record_origins_ahead(connection: Connection, origins: Sequence[Origin]) -> None:
    """Write them in a transaction of their own, just before that of their events, without waiting for the disk.

    The log is flushed in order: once the events are on disk, so are these. Where the events are refused these say
    nothing of anything. It is two round trips less than a transaction of both.
    """
    await connection.execute(_INSERT_AHEAD, **_columns(origins))


def _columns(origins: Sequence[Origin]) -> dict[str, list[object]]:
    return dict(zip(_COLUMNS, map(list, zip(*map(_values, origins), strict=True)), strict=True))


async def forget_origins(pool: Pool, before: datetime, most: int) -> int:
    """Delete so many at most of those from before a time; how many they were."""
    return await pool.execute(_FORGET, before=before, most=most)


def printable_agent(given: str | None) -> str | None:
    """What a client says it is, without what cannot be shown or stored."""
    return "".join(filter(str.isprintable, given or ""))[:LONGEST_AGENT] or None
