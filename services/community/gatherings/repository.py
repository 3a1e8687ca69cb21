"""Writing gatherings."""

from datetime import datetime

from sqlalchemy import bindparam, insert

from services.community.gatherings.rules import NewGathering
from services.community.gatherings.tables import gatherings
from shared.database.connection import Connection
from shared.database.statements import compiled

_INSERT = compiled(insert(gatherings).values({column.name: bindparam(column.name) for column in gatherings.c}))


async def insert_gathering(connection: Connection, new: NewGathering, now: datetime) -> None:
    """Insert a gathering that nobody has answered."""
    await connection.execute(
        _INSERT,
        id=new.id,
        community_id=new.community_id,
        organiser_id=new.organiser_id,
        title=new.title,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        time_zone=new.time_zone,
        capacity=new.capacity,
        place=new.place,
        url=new.url,
        created_at=now,
        version=1,
    )
