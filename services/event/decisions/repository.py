"""Writing the rows of a build of the list of decisions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, DateTime, Text, Uuid, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import TypeEngine

from services.event.decisions.tables import decisions
from shared.database.connection import Connection, Row
from shared.database.statements import compiled

_TYPES: dict[str, TypeEngine[Any]] = {
    "id": Uuid(),
    "title": Text(),
    "outcome": Text(),
    "reference": Text(),
    "recorded_by": Text(),
    "recorded_at": DateTime(timezone=True),
    "event_id": Uuid(),
    "position": BigInteger(),
}
_given = (
    func.unnest(*(bindparam(f"{name}s", type_=ARRAY(kind)) for name, kind in _TYPES.items()))
    .table_valued(*(column(name, kind) for name, kind in _TYPES.items()), name="given")
    .render_derived()
)
_insert = insert(decisions).from_select(
    ["build", *_TYPES],
    select(bindparam("build", type_=BigInteger), *(_given.c[name] for name in _TYPES)),
)
_KEEP = compiled(
    _insert.on_conflict_do_update(
        index_elements=["build", "id"], set_={name: _insert.excluded[name] for name in _TYPES if name != "id"}
    )
)


async def keep_decisions(connection: Connection, build: int, rows: Sequence[Row]) -> None:
    """Write them all in one statement; each `id` stands in it once."""
    columns = {f"{name}s": [row[name] for row in rows] for name in _TYPES}
    await connection.execute(_KEEP, build=build, **columns)
