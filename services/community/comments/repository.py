"""Writing comments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, update

from services.community.comments.rules import NewComment
from services.community.comments.tables import comments
from services.community.posts.tables import posts
from shared.database.connection import Connection
from shared.database.statements import compiled

_INSERT = compiled(insert(comments).values({column.name: bindparam(column.name) for column in comments.c}))
_COUNT = compiled(update(posts).where(posts.c.id == bindparam("post")).values(comment_count=posts.c.comment_count + 1))


async def insert_comment(
    connection: Connection, new: NewComment, community_id: UUID, body_html: str, now: datetime
) -> None:
    """Insert a comment and count it; the post's row is locked by the counting, so the count is exact."""
    await connection.execute(_COUNT, post=new.post_id)
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
