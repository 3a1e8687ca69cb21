"""Writing posts."""

from datetime import datetime

from sqlalchemy import bindparam, insert

from services.community.posts.rules import NewPost
from services.community.posts.tables import posts
from shared.database.connection import Connection
from shared.database.statements import compiled

_GIVEN = [column.name for column in posts.c if column.computed is None]
_INSERT = compiled(insert(posts).values({name: bindparam(name) for name in _GIVEN}))


async def insert_post(connection: Connection, new: NewPost, body_html: str, now: datetime) -> None:
    """Insert a post that nobody has commented on."""
    await connection.execute(
        _INSERT,
        id=new.id,
        community_id=new.community_id,
        author_id=new.author_id,
        title=new.title,
        body=new.body,
        body_html=body_html,
        kind=new.kind,
        tags=list(new.tags),
        comment_count=0,
        score=0,
        created_at=now,
        version=1,
        active_at=now,
    )
