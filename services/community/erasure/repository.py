"""Blanking what an erased person wrote."""

from uuid import UUID

from sqlalchemy import bindparam, null, update

from services.community.comments.tables import comments
from services.community.gatherings.tables import gatherings
from services.community.posts.tables import posts
from shared.database.connection import Connection
from shared.database.statements import compiled

_BLANK_POSTS = compiled(
    update(posts)
    .values(title="", body="", body_html="", tags=[], version=posts.c.version + 1)
    .where(posts.c.author_id == bindparam("author"))
)
_BLANK_COMMENTS = compiled(
    update(comments)
    .values(body="", body_html="", version=comments.c.version + 1)
    .where(comments.c.author_id == bindparam("author"))
)

_BLANK_GATHERINGS = compiled(
    update(gatherings)
    .values(title="", place=null(), url=null(), version=gatherings.c.version + 1)
    .where(gatherings.c.organiser_id == bindparam("organiser"))
)


async def blank_writings(connection: Connection, author: UUID) -> None:
    """All stay where they are, without a word: what others answered keeps its place."""
    await connection.execute(_BLANK_POSTS, author=author)
    await connection.execute(_BLANK_COMMENTS, author=author)
    await connection.execute(_BLANK_GATHERINGS, organiser=author)
