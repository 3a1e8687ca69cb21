"""The audit list, built by PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Text, bindparam, or_, select

from shared.database.connection import Row
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.events.store import fetch_with_head, sealed_head
from shared.events.tables import events, seals
from shared.identifiers import Position

_ITEM = json_object(
    position=seals.c.position,
    event_id=events.c.id,
    occurred_at=json_time(events.c.occurred_at),
    actor=events.c.actor,
    action=events.c.type,
    subject=events.c.stream,
    request_id=events.c.metadata["request_id"].astext,
)

_after = bindparam("after", type_=BigInteger)
_actor = bindparam("wanted_actor", type_=Text)
_type = bindparam("event_type", type_=Text)
_since = bindparam("since", type_=DateTime(timezone=True))
_until = bindparam("until", type_=DateTime(timezone=True))

_LIST = compiled(
    select(_ITEM.label("item"), seals.c.position, sealed_head.label("head"))
    .join_from(seals, events, seals.c.seq == events.c.seq)
    .where(
        seals.c.position > _after,
        or_(_actor.is_(None), events.c.actor == _actor),
        or_(_type.is_(None), events.c.type == _type),
        or_(_since.is_(None), events.c.occurred_at >= _since),
        or_(_until.is_(None), events.c.occurred_at < _until),
    )
    .order_by(seals.c.position)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted; None is any."""

    actor: str | None
    event_type: str | None
    since: datetime | None
    until: datetime | None


async def list_audit(pool: Pool, after: int, most: int, wanted: AuditFilter) -> tuple[list[Row], Position]:
    """Rows of item (JSON bytes) and position, and the head of their snapshot."""
    return await fetch_with_head(
        pool,
        _LIST,
        after=after,
        most=most,
        wanted_actor=wanted.actor,
        event_type=wanted.event_type,
        since=wanted.since,
        until=wanted.until,
    )
