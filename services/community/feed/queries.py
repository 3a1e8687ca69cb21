"""Reading feeds: posts of one's communities, or of all public ones, in one of four orders.

Ranks change while somebody reads on. A page is therefore ordered by the ranks as they were when the first page was
read: a post that was given others since then is taken out of the index's order and put back where it stood.
"""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Select,
    Uuid,
    and_,
    bindparam,
    func,
    not_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.types import UserDefinedType
from typing_extensions import override

from services.community.communities.tables import communities
from services.community.feed.place import Place
from services.community.memberships.tables import memberships
from services.community.posts.queries import POST
from services.community.posts.tables import past_ranks, posts
from shared.database.connection import Row
from shared.database.pool import Pool
from shared.database.rows import json_object
from shared.database.statements import Statement, compiled
from shared.events.store import fetch_with_head, sealed_head
from shared.identifiers import Position

Scope = Literal["home", "all"]
Sort = Literal["hot", "active", "new", "top"]


class _Snapshot(UserDefinedType[Any]):
    cache_ok = True

    @override
    def get_col_spec(self, **_: Any) -> str:
        return "PG_SNAPSHOT"


_MOMENT = bindparam("moment", type_=_Snapshot)
_MOST: BindParameter[int] = bindparam("most")
_IS_MINE = and_(memberships.c.account_id == bindparam("viewer", type_=Uuid), memberships.c.state == "active")
# A lookup for each post on the way, not a join: the planner would begin with the communities, and sort all posts.
_IS_PUBLIC = (
    select(communities.c.visibility).where(communities.c.id == posts.c.community_id).correlate(posts).scalar_subquery()
    == "public"
)
_ITEM = json_object(
    **POST,
    community=json_object(id=communities.c.id, slug=communities.c.slug, name=communities.c.name),
)

# Of posts that were given other ranks since the moment: those that they had at it. Served by past_ranks_replaced_by.
_MOVED = (
    select(past_ranks.c.post_id, past_ranks.c.score, past_ranks.c.active_at, past_ranks.c.hot)
    .ext(distinct_on(past_ranks.c.post_id))
    .where(
        past_ranks.c.replaced_by >= func.pg_snapshot_xmin(_MOMENT),
        not_(func.pg_visible_in_snapshot(past_ranks.c.replaced_by, _MOMENT)),
    )
    .order_by(past_ranks.c.post_id, past_ranks.c.seq)
    .cte("moved")
)


@dataclass(frozen=True, slots=True)
class _Order:
    """A column of posts, and its name in `past_ranks` when it changes."""

    rank: Column[Any]
    is_pinned: bool = True

    def before(self, rank: ColumnElement[Any], identity: Column[Any]) -> ColumnElement[bool]:
        place = tuple_(bindparam("rank", type_=self.rank.type), bindparam("seen", type_=Uuid))
        return tuple_(rank, identity) < place

    def where_it_stands(self) -> Select[Any]:
        """The next posts by their ranks now; backwards along the index of the order."""
        found = select(posts.c.id, self.rank.label("rank")).where(self.before(self.rank, posts.c.id))
        if self.is_pinned:
            found = found.where(posts.c.id.not_in(select(_MOVED.c.post_id)))
        return found.order_by(self.rank.desc(), posts.c.id.desc()).limit(_MOST)

    def where_it_stood(self) -> Select[Any]:
        """The next of those that have moved."""
        rank = _MOVED.c[self.rank.name]
        return (
            select(posts.c.id, rank.label("rank"))
            .join_from(_MOVED, posts, posts.c.id == _MOVED.c.post_id)
            .where(self.before(rank, posts.c.id))
            .order_by(rank.desc(), posts.c.id.desc())
            .limit(_MOST)
        )


_ORDERS: dict[Sort, _Order] = {
    "hot": _Order(posts.c.hot),
    "active": _Order(posts.c.active_at),
    "top": _Order(posts.c.score),
    "new": _Order(posts.c.created_at, is_pinned=False),
}


def _of_mine(order: _Order) -> Select[Any]:
    """A short walk along each community's own index, however many posts others have."""
    walk = order.where_it_stands().where(posts.c.community_id == memberships.c.community_id)
    found = walk.correlate(memberships).lateral("found")
    return select(found.c.id, found.c.rank).join_from(memberships, found, true()).where(_IS_MINE)


def _of_public(order: _Order) -> Select[Any]:
    return order.where_it_stands().where(_IS_PUBLIC)


def _moved_in(scope: Scope, order: _Order) -> Select[Any]:
    stood = order.where_it_stood()
    if scope == "home":
        return stood.join(memberships, memberships.c.community_id == posts.c.community_id).where(_IS_MINE)
    return stood.where(_IS_PUBLIC)


def _page_of(scope: Scope, order: _Order) -> Statement:
    parts = [_of_mine(order) if scope == "home" else _of_public(order)]
    if order.is_pinned:
        parts.append(_moved_in(scope, order))
    columns = [(part.c.id, part.c.rank) for part in (each.subquery() for each in parts)]
    found = union_all(*(select(*both) for both in columns)).subquery("found")
    page = select(found).order_by(found.c.rank.desc(), found.c.id.desc()).limit(_MOST).subquery("page")
    return compiled(
        select(
            _ITEM.label("item"),
            page.c.id,
            page.c.rank,
            sealed_head.label("head"),
            func.pg_current_snapshot(type_=_Snapshot).label("moment"),
        )
        .join_from(page, posts, posts.c.id == page.c.id)
        .join(communities, communities.c.id == posts.c.community_id)
        .order_by(page.c.rank.desc(), page.c.id.desc())
    )


_SCOPES: tuple[Scope, ...] = ("home", "all")
_PAGES = {(scope, sort): _page_of(scope, order) for scope in _SCOPES for sort, order in _ORDERS.items()}


async def list_feed(
    pool: Pool, scope: Scope, sort: Sort, viewer: UUID | None, after: Place, most: int
) -> tuple[list[Row], Position]:
    """Rows of item (JSON bytes), rank, id and the moment of reading, and a head that they cover."""
    values: dict[str, object] = {"rank": after.rank, "seen": after.seen, "most": most}
    if scope == "home":
        values["viewer"] = viewer
    if _ORDERS[sort].is_pinned:
        values["moment"] = after.moment
    return await fetch_with_head(pool, _PAGES[scope, sort], **values)
