"""What of an erased person is to leave the index."""

from uuid import UUID

from sqlalchemy import bindparam, select

from services.search.engines.engine import Document
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.events.catalogue.community import PostCreated
from shared.events.tables import events

_STREAMS = compiled(
    select(events.c.stream).where(events.c.actor == bindparam("author"), events.c.type == PostCreated.type)
)


async def forgotten(pool: Pool, person: UUID) -> list[Document]:
    """A document without text, which removes the one before, for the person and for each of their posts."""
    rows = await pool.fetch(_STREAMS, author=str(person))
    posts = [UUID(row["stream"].partition("-")[2]) for row in rows]
    return [Document("person", person, None, "", ""), *(Document("post", post, None, "", "") for post in posts)]
