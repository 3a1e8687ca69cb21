"""Where requests that left events came from, beside the record and not of it: never hashed, and deleted in time."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from sqlalchemy import DateTime, Text, bindparam, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, insert

from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.events.tables import request_origins

LONGEST_AGENT = 200

_COLUMNS = ("request_id", "at", "actor", "address", "agent", "method", "path")
_TYPES = {"at": DateTime(timezone=True)}
_arrays = (bindparam(name, type_=ARRAY(_TYPES.get(name, Text()))) for name in _COLUMNS)
_given = func.unnest(*_arrays).table_valued(*_COLUMNS).render_derived()
# Who sends one request id twice at the same moment gets one row.
_INSERT = compiled(
    insert(request_origins)
    .from_select(list(_COLUMNS), select(*(_given.c[name] for name in _COLUMNS)))
    .on_conflict_do_nothing()
)
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
    columns = zip(*map(astuple, origins), strict=True)
    await connection.execute(_INSERT, **dict(zip(_COLUMNS, map(list, columns), strict=True)))


async def forget_origins(pool: Pool, before: datetime, most: int) -> int:
    """Delete so many at most of those from before a time; how many they were."""
    return await pool.execute(_FORGET, before=before, most=most)


def printable_agent(given: str | None) -> str | None:
    """What a client says it is, without what cannot be shown or stored."""
    return "".join(filter(str.isprintable, given or ""))[:LONGEST_AGENT] or None
