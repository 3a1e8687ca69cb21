"""Deleting past ranks."""

from datetime import datetime

from sqlalchemy import bindparam, delete

from services.community.posts.tables import past_ranks
from shared.database.pool import Pool
from shared.database.statements import compiled

_DELETE = compiled(
    delete(past_ranks).where(past_ranks.c.replaced_at < bindparam("before", type_=past_ranks.c.replaced_at.type))
)


async def delete_past_ranks(pool: Pool, before: datetime) -> int:
    """How many there were."""
    return await pool.execute(_DELETE, before=before)
