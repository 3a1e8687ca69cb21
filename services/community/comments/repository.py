"""Writing comments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, insert, literal_column, select, update

from services.community.comments.rules import NewComment
from services.community.comments.tables import comments
from services.community.posts.tables import past_ranks, posts
from shared.database.connection import Connection
from shared.database.statements import compiled

_INSERT = compiled(insert(comments).values({column.name: bindparam(column.name) for column in comments.c}))
# As they were before the update (PostgreSQL 18).
_PAST = tuple(
    literal_column(f"old.{name}", posts.c[name].type).label(name) for name in ("id", "score", "active_at", "hot")
)
_COUNTED = (
    update(posts)
    .where(posts.c.id == bindparam("post"))
    .values(
        comment_count=posts.c.comment_count + 1,
        active_at=func.greatest(posts.c.active_at, bindparam("now", type_=posts.c.active_at.type)),
    )
    .returning(*_PAST)
    .cte("counted")
)
# Whoever is between two pages of a feed reads on in the order in which they began.
_COUNT = compiled(
    insert(past_ranks).from_select(
        ["post_id", "score", "active_at", "hot", "replaced_at"],
        select(*_COUNTED.c, bindparam("now", type_=past_ranks.c.replaced_at.type)),
    )
)


async def insert_comment(
    connection: Connection, new: NewComment, community_id: UUID, body_html: str, now: datetime
) -> None:
    """Insert a comment and count it; the post's row is locked by the counting, so the count is exact."""
    await connection.execute(_COUNT, post=new.post_id, now=now)
    await connection.execute(
        _INSERT,
        id=new.id,
        post_id=new.post_id,
        community_id=community_id,
        author_id=new.author_id,
        parent_id=new.parent_id,
        body=new.body,
        body_html=body_html,
        created_at=now,
        version=1,
    )
