"""Reading posts, in communities that the viewer may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Uuid, bindparam, or_, select, tuple_

from services.community.posts.tables import posts
from shared.database.connection import Connection, Row
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.events.store import fetch_with_head, sealed_head
from shared.identifiers import Position
from shared.read_models.communities import published_communities, visible_to

POST: Mapping[str, ColumnElement[Any]] = {
    "id": posts.c.id,
    "community_id": posts.c.community_id,
    "author_id": posts.c.author_id,
    "title": posts.c.title,
    "body": posts.c.body,
    "body_html": posts.c.body_html,
    "kind": posts.c.kind,
    "tags": posts.c.tags,
    "comment_count": posts.c.comment_count,
    "score": posts.c.score,
    "created_at": json_time(posts.c.created_at),
    "version": posts.c.version,
}
"""The members of a post, wherever it is shown."""
_POST = select(
    json_object(**POST).label("item"),
    posts.c.id,
    posts.c.community_id,
    posts.c.created_at,
    sealed_head.label("head"),
)
_VISIBLE = _POST.join(published_communities, published_communities.c.id == posts.c.community_id).where(
    visible_to(bindparam("viewer", type_=Uuid))
)
_FIND = compiled(_VISIBLE.where(posts.c.id == bindparam("post")))
_since = bindparam("since", type_=DateTime(timezone=True))
_LIST = compiled(
    _VISIBLE.where(
        posts.c.community_id == bindparam("community"),
        or_(_since.is_(None), tuple_(posts.c.created_at, posts.c.id) < tuple_(_since, bindparam("seen", type_=Uuid))),
    )
    # Served by posts_in_order, backwards.
    .order_by(posts.c.created_at.desc(), posts.c.id.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class ReadPost:
    """A post as JSON, where it is, and the position it is at least as new as."""

    id: UUID
    community_id: UUID
    body: bytes
    position: Position


async def find_post(source: Pool | Connection, post_id: UUID, viewer: UUID | None) -> ReadPost | None:
    """A post that the viewer may see."""
    row = await source.fetch_row(_FIND, post=post_id, viewer=viewer)
    if row is None:
        return None
    return ReadPost(row["id"], row["community_id"], row["item"], row["head"])


async def list_posts(
    pool: Pool, community_id: UUID, viewer: UUID | None, before: tuple[datetime | None, UUID | None], most: int
) -> tuple[list[Row], Position]:
    """Posts of a community, newest first: rows of item (JSON bytes) and sort key, and a head that they cover."""
    since, seen = before
    return await fetch_with_head(pool, _LIST, community=community_id, viewer=viewer, since=since, seen=seen, most=most)
