"""Writing communities."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from services.community.communities.rules import NewCommunity
from services.community.communities.tables import communities
from shared.database.connection import Connection
from shared.database.statements import compiled

_INSERT = compiled(
    insert(communities)
    .values({column.name: bindparam(column.name) for column in communities.c})
    .on_conflict_do_nothing(index_elements=["slug"])
)


async def insert_community(connection: Connection, new: NewCommunity, slug: str, now: datetime) -> bool:
    """Insert with one member, the founder; False when the slug is taken."""
    inserted = await connection.execute(
        _INSERT,
        id=new.id,
        slug=slug,
        name=new.name,
        description=new.description,
        visibility=new.visibility,
        join_policy=new.join_policy,
        kind=new.kind,
        parent_id=new.parent_id,
        founder_id=new.founder_id,
        member_count=1,
        created_at=now,
        version=1,
    )
    return inserted == 1
