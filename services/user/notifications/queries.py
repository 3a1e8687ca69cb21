"""A citizen's notifications, with what may be seen of them now and by the names of now."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, FromClause, Uuid, and_, bindparam, func, or_, select, true

from services.user.notifications.tables import notifications
from services.user.profiles.tables import profiles
from shared.database.connection import Connection, Row
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import Statement, compiled
from shared.events.tables import checkpoints
from shared.identifiers import Position
from shared.read_models.accounts import published_accounts
from shared.read_models.communities import (
    published_comments,
    published_communities,
    published_gatherings,
    published_posts,
    visible_to,
)

CONSUMER = "user-notifications"

_n = notifications.c
_ACCOUNT = bindparam("account", type_=Uuid)
_reached = (
    select(func.coalesce(func.max(checkpoints.c.position), 0)).where(checkpoints.c.consumer == CONSUMER)
).scalar_subquery()


def _with_names() -> FromClause:
    """Every notification beside what it tells of. Of an erased person, whose account is nobody's, nothing is told."""
    actor = and_(published_accounts.c.id == _n.actor_id, published_accounts.c.status == "active")
    return (
        notifications.join(published_communities, published_communities.c.id == _n.community_id)
        .join(published_accounts, actor)
        .outerjoin(profiles, profiles.c.account_id == _n.actor_id)
        .outerjoin(published_posts, published_posts.c.id == _n.post_id)
        .outerjoin(published_comments, published_comments.c.id == _n.comment_id)
        .outerjoin(published_gatherings, published_gatherings.c.id == _n.gathering_id)
    )


_visible: ColumnElement[bool] = and_(
    _n.account_id == _ACCOUNT,
    visible_to(_n.account_id),
    or_(_n.post_id.is_(None), published_posts.c.id.is_not(None)),
    or_(_n.comment_id.is_(None), published_comments.c.id.is_not(None)),
    or_(_n.gathering_id.is_(None), published_gatherings.c.id.is_not(None)),
)
_unread = (
    select(func.count())
    .select_from(_with_names())
    # Served by notifications_unread.
    .where(_visible, _n.read_at.is_(None))
).scalar_subquery()
_ITEM = json_object(
    id=_n.id,
    kind=_n.kind,
    created_at=json_time(_n.created_at),
    read_at=json_time(_n.read_at),
    actor_id=_n.actor_id,
    actor_username=published_accounts.c.username,
    actor_name=func.coalesce(profiles.c.display_name, published_accounts.c.display_name),
    community_id=_n.community_id,
    community_name=published_communities.c.name,
    post_id=_n.post_id,
    comment_id=_n.comment_id,
    gathering_id=_n.gathering_id,
    title=func.coalesce(published_posts.c.title, published_gatherings.c.title, published_communities.c.name),
)


def _page(*conditions: ColumnElement[bool]) -> Statement:
    """The newest first, with their number and the position reached in one snapshot; one empty row where none is."""
    found = (
        select(_ITEM.label("item"), _n.position)
        .select_from(_with_names())
        .where(_visible, _n.position < bindparam("before", type_=BigInteger), *conditions)
        .order_by(_n.position.desc())
        .limit(bindparam("most"))
    ).lateral("found")
    always = select(_unread.label("unread"), _reached.label("reached")).subquery("always")
    return compiled(
        select(always.c.unread, always.c.reached, found.c.item, found.c.position)
        .select_from(always.outerjoin(found, true()))
        .order_by(found.c.position.desc())
    )


_PAGE = _page()
_UNREAD_PAGE = _page(_n.read_at.is_(None))
_COUNT = compiled(select(_unread))


@dataclass(frozen=True, slots=True)
class ReadNotifications:
    """Rows of item (JSON bytes) and position, how many are unread in all, and what the list has taken in."""

    rows: Sequence[Row]
    unread_count: int
    position: Position


async def list_notifications(
    pool: Pool, account_id: UUID, before: int, most: int, *, is_unread_only: bool
) -> ReadNotifications:
    """What the account may see of its notifications, the newest first."""
    statement = _UNREAD_PAGE if is_unread_only else _PAGE
    rows = await pool.fetch(statement, account=account_id, before=before, most=most)
    found = [row for row in rows if row["item"] is not None]
    return ReadNotifications(found, rows[0]["unread"], Position(rows[0]["reached"]))


async def count_unread(source: Connection | Pool, account_id: UUID) -> int:
    """How many of those that the account may see it has not read."""
    return int(await source.fetch_value(_COUNT, account=account_id))
