"""The list of decisions, as the build that serves has it; the build is found in the same statement."""

from uuid import UUID

from sqlalchemy import BigInteger, Select, Text, Uuid, bindparam, func, select, true

from services.event.decisions.tables import decisions
from shared.database.connection import Row
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import Statement, compiled
from shared.events.projections import not_ready, serving
from shared.identifiers import Position

_NAME = "decisions"
_columns = decisions.c
_serving = serving(_NAME)
_ITEM = json_object(
    id=_columns.id,
    title=_columns.title,
    outcome=_columns.outcome,
    reference=_columns.reference,
    recorded_by=_columns.recorded_by,
    recorded_at=json_time(_columns.recorded_at),
    position=_columns.position,
    event_id=_columns.event_id,
    links=json_object(
        event=func.concat("/api/events/by-id/", _columns.event_id),
        proof=func.concat("/api/events/", _columns.position, "/proof"),
    ),
)
_OF_BUILD = select(_ITEM.label("item"), _columns.position).where(_columns.build == _serving.c.build)
_wanted = bindparam("wanted", type_=Text)
_PAGE = (
    _OF_BUILD.where(_columns.position < bindparam("before", type_=BigInteger))
    .order_by(_columns.position.desc())
    .limit(bindparam("most"))
)


def _in_serving(found: Select[tuple[bytes, int]]) -> Statement:
    """With the position reached, and one empty row when nothing is found: no row at all is no build."""
    part = found.lateral("found")
    return compiled(
        select(_serving.c.reached, part.c.item, part.c.position)
        .select_from(_serving.outerjoin(part, true()))
        .order_by(part.c.position.desc())
    )


_LIST = _in_serving(_PAGE)
_SEARCH = _in_serving(
    _PAGE.where(_columns.title.ilike(_wanted) | _columns.outcome.ilike(_wanted) | _columns.reference.ilike(_wanted))
)
_FIND = _in_serving(_OF_BUILD.where(_columns.id == bindparam("id", type_=Uuid)))


async def list_decisions(pool: Pool, before: int, most: int, text: str | None) -> tuple[list[Row], Position]:
    """Rows of item (JSON bytes) and position, the last recorded first, and the position that the list has reached.

    Raises:
        ServiceError: unavailable `projection-not-ready`.
    """
    if text is None:
        return _found(await pool.fetch(_LIST, before=before, most=most))
    return _found(await pool.fetch(_SEARCH, before=before, most=most, wanted=_pattern(text)))


async def find_decision(pool: Pool, decision_id: UUID) -> tuple[bytes | None, Position]:
    """The item (JSON bytes), and the position that the list has reached.

    Raises:
        ServiceError: unavailable `projection-not-ready`.
    """
    rows, reached = _found(await pool.fetch(_FIND, id=decision_id))
    return (rows[0]["item"] if rows else None), reached


def _found(rows: list[Row]) -> tuple[list[Row], Position]:
    if not rows:
        raise not_ready(_NAME)
    return [row for row in rows if row["item"] is not None], Position(rows[0]["reached"])


def _pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
