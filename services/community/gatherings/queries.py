"""Reading gatherings, of communities that the viewer may see."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, DateTime, Select, Uuid, bindparam, func, select, true, tuple_

from services.community.communities.tables import communities
from services.community.gatherings.tables import gatherings
from services.community.memberships.queries import may_see
from services.community.memberships.tables import memberships
from services.community.rsvps.tables import rsvps
from shared.database.connection import Connection, Row
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.events.store import fetch_with_head, sealed_head
from shared.identifiers import Position

LOWEST_ID = UUID(int=0)
EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)

_VIEWER = bindparam("viewer", type_=Uuid)
_mine, _ahead = rsvps.alias("mine"), rsvps.alias("ahead")
_IS_MINE = (_mine.c.gathering_id == gatherings.c.id) & (_mine.c.account_id == _VIEWER)


def _count(status: str) -> ColumnElement[int]:
    answers = select(func.count()).where(rsvps.c.gathering_id == gatherings.c.id, rsvps.c.status == status)
    return answers.scalar_subquery()


_MY_PLACE = (
    select(func.nullif(func.count(), 0))
    .select_from(_mine.join(_ahead, _ahead.c.gathering_id == _mine.c.gathering_id))
    .where(_IS_MINE, _mine.c.status == "waiting", _ahead.c.status == "waiting", _ahead.c.number <= _mine.c.number)
    .scalar_subquery()
)
_ITEM = json_object(
    id=gatherings.c.id,
    community_id=gatherings.c.community_id,
    organiser_id=gatherings.c.organiser_id,
    title=gatherings.c.title,
    starts_at=json_time(gatherings.c.starts_at),
    ends_at=json_time(gatherings.c.ends_at),
    time_zone=gatherings.c.time_zone,
    capacity=gatherings.c.capacity,
    place=gatherings.c.place,
    url=gatherings.c.url,
    going_count=_count("going"),
    waiting_count=_count("waiting"),
    interested_count=_count("interested"),
    created_at=json_time(gatherings.c.created_at),
    version=gatherings.c.version,
    my_rsvp=select(_mine.c.status).where(_IS_MINE).scalar_subquery(),
    my_place_in_line=_MY_PLACE,
    community=json_object(id=communities.c.id, slug=communities.c.slug, name=communities.c.name),
)
_SHOWN = (_ITEM.label("item"), gatherings.c.id, gatherings.c.community_id, gatherings.c.starts_at)
_MOST: BindParameter[int] = bindparam("most")
_AFTER = tuple_(gatherings.c.starts_at, gatherings.c.id) > tuple_(
    bindparam("since", type_=DateTime(timezone=True)), bindparam("seen", type_=Uuid)
)


def _in_order(found: Select[Any]) -> Select[Any]:
    """Soonest first; served by gatherings_in_order within a community."""
    return found.order_by(gatherings.c.starts_at, gatherings.c.id)


_FIND = compiled(
    select(*_SHOWN, sealed_head.label("head"))
    .join_from(gatherings, communities, communities.c.id == gatherings.c.community_id)
    .where(gatherings.c.id == bindparam("gathering"), may_see(_VIEWER))
)
_LIST = compiled(
    _in_order(
        select(*_SHOWN, sealed_head.label("head"))
        .join_from(gatherings, communities, communities.c.id == gatherings.c.community_id)
        .where(
            gatherings.c.community_id == bindparam("community"),
            _AFTER,
            gatherings.c.starts_at < bindparam("until", type_=DateTime(timezone=True)),
            may_see(_VIEWER),
        )
    ).limit(_MOST)
)
_next = (
    _in_order(
        select(gatherings.c.id, gatherings.c.starts_at).where(
            gatherings.c.community_id == memberships.c.community_id, _AFTER
        )
    )
    .limit(_MOST)
    .correlate(memberships)
    .lateral("next")
)
_page = (
    select(_next.c.id)
    .join_from(memberships, _next, true())
    .where(memberships.c.account_id == _VIEWER, memberships.c.state == "active")
    .order_by(_next.c.starts_at, _next.c.id)
    .limit(_MOST)
    .subquery("page")
)
_MINE = compiled(
    _in_order(
        select(*_SHOWN, sealed_head.label("head"))
        .join_from(_page, gatherings, gatherings.c.id == _page.c.id)
        .join(communities, communities.c.id == gatherings.c.community_id)
    )
)


@dataclass(frozen=True, slots=True)
class ReadGathering:
    """A gathering as JSON, whose it is, and the position it is at least as new as."""

    id: UUID
    community_id: UUID
    body: bytes
    position: Position


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a calendar: what begins after `since`, at `since` after the id `seen`, and before `until`."""

    since: datetime
    seen: UUID
    until: datetime = LATEST


async def find_gathering(source: Pool | Connection, gathering_id: UUID, viewer: UUID | None) -> ReadGathering | None:
    """A gathering that the viewer may see."""
    row = await source.fetch_row(_FIND, gathering=gathering_id, viewer=viewer)
    return None if row is None else ReadGathering(row["id"], row["community_id"], row["item"], row["head"])


async def list_gatherings(
    pool: Pool, community_id: UUID, viewer: UUID | None, stretch: Stretch, most: int
) -> tuple[list[Row], Position]:
    """Gatherings of a community, soonest first: rows of item (JSON bytes) and sort key, and a head that they cover."""
    return await fetch_with_head(
        pool,
        _LIST,
        community=community_id,
        viewer=viewer,
        since=stretch.since,
        seen=stretch.seen,
        until=stretch.until,
        most=most,
    )


async def list_next_gatherings(
    pool: Pool, viewer: UUID, since: datetime, seen: UUID, most: int
) -> tuple[list[Row], Position]:
    """Gatherings of all communities that the viewer is a member of, soonest first; as `list_gatherings`."""
    return await fetch_with_head(pool, _MINE, viewer=viewer, since=since, seen=seen, most=most)
