"""Reading the directory: identical reads at one moment share one query, and the page that is made of it."""

import asyncio
from dataclasses import dataclass

from services.gateway.directory.queries import Found, Wanted, find_communities
from shared.database.pool import Pool
from shared.web.caching import etag_of_body
from shared.web.paging import page_bytes


@dataclass(frozen=True, slots=True)
class Page:
    """As it is answered; `position` is the sealed head that it covers."""

    body: bytes
    etag: str
    position: int
    next_cursor: str | None


def make_page(found: Found) -> Page:
    """Once for all who asked."""
    body = page_bytes(found.items, found.next_cursor)
    return Page(body, etag_of_body(body), found.position, found.next_cursor)


class DirectoryReader:
    """Reads for everyone at once: one query is under way, and whoever asks meanwhile shares the next one.

    Not the one under way: its snapshot may be older than what the caller has just done.
    """

    def __init__(self) -> None:
        self._running: dict[Wanted, asyncio.Task[Page]] = {}
        self._next: dict[Wanted, asyncio.Task[Page]] = {}

    async def read(self, pool: Pool, wanted: Wanted) -> Page:
        """The page, newest first."""
        # One caller that goes away must not take the answer from the others.
        return await asyncio.shield(self.request(pool, wanted))

    def request(self, pool: Pool, wanted: Wanted) -> asyncio.Task[Page]:
        """The reading that answers whoever asks now; it is not the caller's to cancel."""
        task = self._next.get(wanted)
        if task is None:
            task = asyncio.create_task(self._list(pool, wanted, self._running.get(wanted)))
            self._next[wanted] = task
        return task

    async def _list(self, pool: Pool, wanted: Wanted, running: asyncio.Task[Page] | None) -> Page:
        if running is not None:
            await asyncio.wait([running])
        task = self._running[wanted] = self._next.pop(wanted)
        try:
            return make_page(await find_communities(pool, wanted))
        finally:
            if self._running.get(wanted) is task:
                del self._running[wanted]
