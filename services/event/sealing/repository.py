"""SQL of the sealer, on its own role's connection."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    bindparam,
    cast,
    column,
    exists,
    func,
    literal_column,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from services.event.proofs.tables import tree_nodes
from services.event.sealing.tables import sealer_terms
from shared.database.connection import Connection, Row
from shared.database.metadata import Xid8
from shared.database.statements import compiled
from shared.errors import ServiceError
from shared.events.tables import events, seals

_LOCK_KEY = 7_364_001

_TRY_LOCK = compiled(select(func.pg_try_advisory_lock(_LOCK_KEY)))
_UNLOCK = compiled(select(func.pg_advisory_unlock(_LOCK_KEY)))
_MAKE_TERM = compiled(
    upsert(sealer_terms)
    .values(id=1, term=0, epoch=bindparam("fresh_epoch", type_=sealer_terms.c.epoch.type))
    .on_conflict_do_nothing()
)
_BEGIN_TERM = compiled(
    update(sealer_terms)
    .values(term=sealer_terms.c.term + 1, began_at=func.now(), seen_at=func.clock_timestamp())
    .returning(sealer_terms.c.term)
)
# The row lock keeps a successor from beginning its term while this transaction seals.
_HOLD_TERM = compiled(
    update(sealer_terms)
    .where(sealer_terms.c.term == bindparam("held"))
    .values(seen_at=func.clock_timestamp())
    .returning(sealer_terms.c.term)
)
_SIGN_OF_LIFE = compiled(select(sealer_terms.c.term, sealer_terms.c.seen_at))
_locks = table("pg_locks", *map(column, ("pid", "locktype", "database", "classid", "objid", "granted")))
_databases = table("pg_database", column("oid"), column("datname"))
_END_LEADER = compiled(
    select(func.pg_terminate_backend(_locks.c.pid))
    .join_from(_locks, _databases, _databases.c.oid == _locks.c.database)
    .where(
        _databases.c.datname == func.current_database(),
        _locks.c.locktype == literal_column("'advisory'"),
        # The halves of the key, as the server shows them.
        _locks.c.classid == literal_column("0"),
        _locks.c.objid == literal_column(str(_LOCK_KEY)),
        _locks.c.granted,
    )
)
_XMIN = compiled(select(cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)))
_SIZE = compiled(select(func.coalesce(func.max(seals.c.position), 0)))

# How many rows a look goes through; in a backlog there are more, and after a long one more still.
_LOOKS = (2_000, 100_000)

_SINCE = events.c.xid >= cast(cast(bindparam("bound", type_=BigInteger), Text), Xid8)


def _range_of(seq: ColumnElement[int]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return func.min(seq).label("first"), func.max(seq).label("last")


# By the index on xid: ordered and limited, so that no plan reads the table from its beginning, as that of the whole
# range does (measured at 50,000 events: 20 ms instead of 1).
_RECENT = select(events.c.seq).where(_SINCE).order_by(events.c.xid).limit(bindparam("rows")).subquery()
_RECENT_RANGE = compiled(select(*_range_of(_RECENT.c.seq), func.count().label("looked_at")))
_WHOLE_RANGE = compiled(select(*_range_of(events.c.seq)).where(_SINCE))


def _within(seq: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(seq > bindparam("after", type_=BigInteger), seq <= bindparam("until", type_=BigInteger))


# The range stands on both tables, so that every kind of join reads that part of both indexes and no more (measured at
# 200,000 events: 90 ms without).
_UNSEALED = compiled(
    select(events.c.seq, events.c.id)
    .where(_SINCE, _within(events.c.seq), ~exists().where(seals.c.seq == events.c.seq, _within(seals.c.seq)))
    .order_by(events.c.seq)
    .limit(bindparam("most"))
)
_EVENTS = compiled(
    select(
        events.c.seq,
        events.c.id,
        cast(0, BigInteger).label("position"),
        events.c.stream,
        events.c.version,
        events.c.type,
        events.c.schema_version,
        events.c.actor,
        events.c.occurred_at,
        events.c.data,
        events.c.metadata,
    )
    .where(events.c.seq == func.any(bindparam("seqs", type_=ARRAY(BigInteger))))
    .order_by(events.c.seq)
)


@dataclass(frozen=True, slots=True)
class Look:
    """What was committed and unsealed at one moment, by `seq`; the lowest of it when there is too much.

    Every transaction before `oldest` had ended by then.
    """

    rows: Sequence[Row]
    """`seq` and `id` of each."""
    oldest: int
    is_complete: bool


async def try_lead(connection: Connection) -> bool:
    """Take the territory's sealer lock for the life of this session, if nobody has it."""
    return bool(await connection.fetch_value(_TRY_LOCK))


async def stop_leading(connection: Connection) -> None:
    """Give the lock back; a session that has ended has done so already."""
    with suppress(ServiceError):
        await connection.fetch_value(_UNLOCK)


async def begin_term(connection: Connection, fresh_epoch: UUID) -> int:
    """A new term."""
    await connection.execute(_MAKE_TERM, fresh_epoch=fresh_epoch)
    row = await connection.fetch_row(_BEGIN_TERM)
    if row is None:
        message = "the row of terms is gone"
        raise RuntimeError(message)
    return int(row["term"])


async def hold_term(connection: Connection, term: int) -> bool:
    """Whether the term is still the one that may seal. It is until the transaction ends, and its leader was seen."""
    return await connection.fetch_value(_HOLD_TERM, held=term) is not None


async def sign_of_life(connection: Connection) -> tuple[int, datetime] | None:
    """The term, and when its leader was last seen by the server's clock; None before the first."""
    row = await connection.fetch_row(_SIGN_OF_LIFE)
    return None if row is None else (row["term"], row["seen_at"])


async def end_leader(connection: Connection) -> None:
    """End the session that has the lock: a process that is stopped keeps its sessions."""
    await connection.fetch(_END_LEADER)


async def tree_size(connection: Connection) -> int:
    """How many events are sealed."""
    return int(await connection.fetch_value(_SIZE))


async def look(connection: Connection, bound: int, most: int) -> Look:
    """Look at what transactions from `bound` on have committed.

    In one snapshot: between two, a transaction could commit that has one event below what was looked at and its next
    one within, and a stream would be sealed out of order.
    """
    async with connection.transaction("repeatable_read"):
        oldest = int(await connection.fetch_value(_XMIN))
        found = await _range_since(connection, bound)
        if found is None:
            return Look((), oldest, is_complete=True)
        first, last = found
        rows = await connection.fetch(_UNSEALED, bound=bound, after=first - 1, until=last, most=most)
    return Look(rows, oldest, is_complete=len(rows) < most)


async def read_events(connection: Connection, seqs: Sequence[int]) -> Sequence[Row]:
    """Events by `seq`, in order."""
    return await connection.fetch(_EVENTS, seqs=seqs)


async def _range_since(connection: Connection, bound: int) -> tuple[int, int] | None:
    """The lowest and the highest `seq` that transactions from `bound` on have committed, None when there is none."""
    for rows in _LOOKS:
        row = await connection.fetch_row(_RECENT_RANGE, bound=bound, rows=rows)
        if row is None or row["looked_at"] < rows:
            break
    else:
        row = await connection.fetch_row(_WHOLE_RANGE, bound=bound)
    return None if row is None or row["first"] is None else (row["first"], row["last"])


async def insert_seals(connection: Connection, seals_of: Sequence[tuple[int, int, bytes]]) -> None:
    """Give events their positions: position, `seq` and leaf hash of each."""
    await connection.copy(seals.name, ("position", "seq", "leaf_hash"), seals_of)


async def insert_nodes(connection: Connection, nodes: Sequence[tuple[int, int, bytes]]) -> None:
    """Keep completed subtrees: level, index and hash of each."""
    if nodes:
        await connection.copy(tree_nodes.name, ("level", "index", "hash"), nodes)
