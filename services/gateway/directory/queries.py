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
    """Reads for everyone at once: one query is under way, and whoever asks meanwhile shares the next one.

    Not the one under way: its snapshot may be older than what the caller has just done.
    """

    def __init__(self) -> None:
        self._running: dict[Wanted, asyncio.Task[list[Row]]] = {}
        self._next: dict[Wanted, asyncio.Task[list[Row]]] = {}

    async def read(self, pool: Pool, wanted: Wanted) -> list[Row]:
        """Rows of item (JSON bytes), sort key and head, newest first."""
        task = self._next.get(wanted)
        if task is None:
            task = asyncio.create_task(self._list(pool, wanted, self._running.get(wanted)))
            self._next[wanted] = task
        # One caller that goes away must not take the answer from the others.
        return await asyncio.shield(task)

    async def _list(self, pool: Pool, wanted: Wanted, running: asyncio.Task[list[Row]] | None) -> list[Row]:
        if running is not None:
            await asyncio.wait([running])
        task = self._running[wanted] = self._next.pop(wanted)
        since, seen = wanted.before
        try:
            return await pool.fetch(_LIST, since=since, seen=seen, most=wanted.most)
        finally:
            if self._running.get(wanted) is task:
                del self._running[wanted]
