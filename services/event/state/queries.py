"""The state of a stream at one of its events."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, Integer, Text, bindparam, exists, select

from services.event.state.folding import EMPTY, State, folded
from services.event.state.repository import find_snapshot, keep_snapshot
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.errors import ServiceError
from shared.events import catalogue
from shared.events.archive import complete
from shared.events.envelope import StoredEvent
from shared.events.store import EVENT_COLUMNS, sealed_head, to_event
from shared.events.tables import events, seals
from shared.events.upcasting import fingerprint
from shared.identifiers import Position

SNAPSHOT_EVERY = 100

_OF_STREAM = select(*EVENT_COLUMNS, sealed_head.label("head")).outerjoin_from(
    events, seals, seals.c.seq == events.c.seq
)
_last = _OF_STREAM.where(events.c.stream == bindparam("stream")).order_by(events.c.version.desc()).limit(1)
_NEWEST = compiled(_last)
_AT_VERSION = compiled(_last.where(events.c.version == bindparam("version", type_=Integer)))
_AT_TIME = compiled(_last.where(events.c.occurred_at <= bindparam("at", type_=DateTime(timezone=True))))
_PART = compiled(
    _OF_STREAM.where(
        events.c.stream == bindparam("stream"),
        events.c.version > bindparam("after", type_=Integer),
        events.c.version <= bindparam("until", type_=Integer),
    ).order_by(events.c.version)
)
_IS_OTHERS = compiled(
    select(
        exists().where(
            events.c.stream == bindparam("stream"),
            events.c.version <= bindparam("until", type_=Integer),
            events.c.actor != bindparam("viewer", type_=Text),
        )
    )
)


@dataclass(frozen=True, slots=True)
class Moment:
    """Which event of a stream: of a version, the last one up to a time, or the newest when neither is given."""

    version: int | None = None
    at: datetime | None = None


async def find_last(pool: Pool, stream: str, moment: Moment, viewer: str | None) -> tuple[StoredEvent, Position] | None:
    """The stream's last event at that moment and the head; None too when a viewer did not cause all up to it."""
    if moment.version is not None:
        row = await pool.fetch_row(_AT_VERSION, stream=stream, version=moment.version)
    elif moment.at is not None:
        row = await pool.fetch_row(_AT_TIME, stream=stream, at=moment.at)
    else:
        row = await pool.fetch_row(_NEWEST, stream=stream)
    if row is None:
        return None
    if viewer is not None and await pool.fetch_value(_IS_OTHERS, stream=stream, until=row["version"], viewer=viewer):
        return None
    (event,) = await complete(pool, [to_event(row)])
    return event, Position(row["head"])


async def state_at(pool: Pool, stream: str, version: int) -> State:
    """All events up to a version, folded; from the last snapshot, and leaving those that were missing."""
    known = fingerprint(catalogue.EVENTS.values())
    state = await find_snapshot(pool, stream, version, known) or EMPTY
    reached = state.version
    while reached < version:
        until = min(version, (reached // SNAPSHOT_EVERY + 1) * SNAPSHOT_EVERY)
        rows = await pool.fetch(_PART, stream=stream, after=reached, until=until)
        for event in await complete(pool, [to_event(row) for row in rows]):
            state = folded(state, event)
        reached = until
        if state.version == until and until % SNAPSHOT_EVERY == 0:
            # It only saves time: who asks is answered without it too.
            with suppress(ServiceError):
                await keep_snapshot(pool, stream, state, known)
    return state
