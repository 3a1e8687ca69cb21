"""The directory, built by PostgreSQL; identical reads at one moment share one query."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, or_, select, tuple_

from shared.database.connection import Row
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.events.store import sealed_head
from shared.read_models.communities import published_communities

_c = published_communities.c
_since = bindparam("since", type_=DateTime(timezone=True))
_LIST = compiled(
    select(
        json_object(
            id=_c.id,
            slug=_c.slug,
            name=_c.name,
            description=_c.description,
            visibility=_c.visibility,
            member_count=_c.member_count,
            created_at=json_time(_c.created_at),
        ).label("item"),
        _c.id,
        _c.created_at,
        sealed_head.label("head"),
    )
    .where(
        _c.visibility == "public",
        or_(_since.is_(None), tuple_(_c.created_at, _c.id) < tuple_(_since, bindparam("seen", type_=Uuid))),
    )
    # Served by communities_directory, backwards.
    .order_by(_c.created_at.desc(), _c.id.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the directory."""

    territory: str
    before: tuple[datetime | None, UUID | None]
    most: int


class DirectoryReader:
    """Reads for everyone at once: whoever asks while the same question is under way gets the same answer."""

    def __init__(self) -> None:
        self._under_way: dict[Wanted, asyncio.Task[list[Row]]] = {}

    async def read(self, pool: Pool, wanted: Wanted) -> list[Row]:
        """Rows of item (JSON bytes), sort key and head, newest first."""
        task = self._under_way.get(wanted)
        if task is None:
            task = asyncio.create_task(_list(pool, wanted))
            self._under_way[wanted] = task
            task.add_done_callback(lambda _: self._under_way.pop(wanted, None))
        # One caller that goes away must not take the answer from the others.
        return await asyncio.shield(task)


async def _list(pool: Pool, wanted: Wanted) -> list[Row]:
    since, seen = wanted.before
    return await pool.fetch(_LIST, since=since, seen=seen, most=wanted.most)
