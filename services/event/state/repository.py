"""Snapshots of streams."""

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from services.event.state.folding import State
from services.event.state.tables import stream_snapshots
from shared.database.pool import Pool
from shared.database.statements import compiled

_row = stream_snapshots.c
_LATEST = compiled(
    select(_row.version, _row.state)
    .where(
        _row.stream == bindparam("stream"),
        _row.version <= bindparam("most", type_=Integer),
        _row.catalogue == bindparam("catalogue"),
    )
    .order_by(_row.version.desc())
    .limit(1)
)
_given = insert(stream_snapshots).values(
    stream=bindparam("stream"),
    version=bindparam("version"),
    catalogue=bindparam("catalogue"),
    state=bindparam("state", type_=_row.state.type),
)
_KEEP = compiled(
    _given.on_conflict_do_update(
        index_elements=["stream", "version"],
        set_={"catalogue": _given.excluded.catalogue, "state": _given.excluded.state},
        where=_row.catalogue != _given.excluded.catalogue,
    )
)


async def find_snapshot(pool: Pool, stream: str, most: int, catalogue: str) -> State | None:
    """The newest snapshot up to a version, folded with this catalogue."""
    row = await pool.fetch_row(_LATEST, stream=stream, most=most, catalogue=catalogue)
    return State(row["version"], row["state"]["fields"], frozenset(row["state"]["types"])) if row else None


async def keep_snapshot(pool: Pool, stream: str, state: State, catalogue: str) -> None:
    """In place of one that was folded with another catalogue."""
    stored = {"fields": dict(state.fields), "types": sorted(state.types)}
    await pool.execute(_KEEP, stream=stream, version=state.version, catalogue=catalogue, state=stored)
