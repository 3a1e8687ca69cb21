"""Reading comments, in communities that the viewer may see."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, or_, select, tuple_

from services.community.comments.tables import comments
from shared.database.connection import Connection, Row
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.events.store import sealed_head
from shared.identifiers import Position
from shared.read_models.communities import published_communities, visible_to

_COMMENT = select(
    json_object(
        id=comments.c.id,
        post_id=comments.c.post_id,
        community_id=comments.c.community_id,
        author_id=comments.c.author_id,
        parent_id=comments.c.parent_id,
        body=comments.c.body,
        body_html=comments.c.body_html,
        created_at=json_time(comments.c.created_at),
        version=comments.c.version,
    ).label("item"),
    comments.c.id,
    comments.c.post_id,
    comments.c.created_at,
    sealed_head.label("head"),
)
_VISIBLE = _COMMENT.join(published_communities, published_communities.c.id == comments.c.community_id).where(
    visible_to(bindparam("viewer", type_=Uuid))
)
_FIND = compiled(_VISIBLE.where(comments.c.id == bindparam("comment")))
_since = bindparam("since", type_=DateTime(timezone=True))
_LIST = compiled(
    _VISIBLE.where(
        comments.c.post_id == bindparam("post"),
        or_(
            _since.is_(None),
            tuple_(comments.c.created_at, comments.c.id) > tuple_(_since, bindparam("seen", type_=Uuid)),
        ),
    )
    # Served by comments_in_order.
    .order_by(comments.c.created_at, comments.c.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class ReadComment:
    """A comment as JSON, where it is, and the position it is at least as new as."""

    id: UUID
    post_id: UUID
    body: bytes
    position: Position


async def find_comment(source: Pool | Connection, comment_id: UUID, viewer: UUID | None) -> ReadComment | None:
    """A comment that the viewer may see."""
    row = await source.fetch_row(_FIND, comment=comment_id, viewer=viewer)
    if row is None:
        return None
    return ReadComment(row["id"], row["post_id"], row["item"], row["head"])


async def list_comments(
    pool: Pool, post_id: UUID, viewer: UUID | None, after: tuple[datetime | None, UUID | None], most: int
) -> list[Row]:
    """Comments on a post, oldest first: rows of item (JSON bytes), sort key and head."""
    since, seen = after
    return await pool.fetch(_LIST, post=post_id, viewer=viewer, since=since, seen=seen, most=most)
