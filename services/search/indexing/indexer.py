"""Keeps one territory's index up with its events."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from threading import Lock

from services.search.engines.engine import Document, EngineUnavailableError, SearchEngine
from services.search.indexing.documents import INDEXED, document_of
from services.search.indexing.forgetting import forgotten
from shared.events import store
from shared.events.catalogue.event import PersonErased
from shared.events.envelope import StoredEvent
from shared.events.event import Event
from shared.events.follower import EventFollower
from shared.events.handling import Source, payloads, reason_of, require_reachable, work_of
from shared.events.parking import replay_parked, set_aside
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import Position
from shared.observability.logging import get_logger
from shared.observability.metrics import CONSUMER_LAG
from shared.resilience.endings import end_tasks

log = get_logger()

# How often an instance that only reads looks for more, and whether it may write by now.
BESIDE_SECONDS = 0.25


@dataclass(slots=True)
class Indexer:
    """A reader of events whose checkpoint is in the index itself, in one commit with what it covers.

    `reached` is the position up to which everything that can be found is in the index.
    """

    source: Source
    engine: SearchEngine
    reached: int = 0
    is_filled: asyncio.Event = field(default_factory=asyncio.Event)
    # Of threads: whoever waits for one may be cancelled, and the thread goes on.
    _writing: Lock = field(default_factory=Lock)

    @property
    def name(self) -> str:
        """Of what it parks."""
        return "search-index"

    @property
    def durable(self) -> str | None:
        """It needs no place in JetStream."""
        return None

    @property
    def by_type(self) -> Mapping[str, type[Event]]:
        """The classes of the events that concern it."""
        return INDEXED

    async def run(self) -> None:
        """Follow for ever from the index's own checkpoint; an index that is ahead of the store is of another store.

        An event that no document can be made of is parked with its reason, and the next one follows.

        Raises:
            ServiceError: unavailable; the caller runs it again.
        """
        await self._open()
        head = await store.head(self.source.pool)
        await self._find_beginning(head)
        replaying = asyncio.create_task(replay_parked(self, self.source), name=f"replay-{self.name}")
        try:
            await self._follow(head)
        finally:
            await end_tasks([replaying])

    async def begin(self, source: Source) -> None:
        """Its checkpoint is made with the index."""

    async def call(self, work: UnitOfWork, events: Sequence[StoredEvent]) -> None:
        """Put into the index what had been parked. Its checkpoint is beyond that; once set back it only costs time."""
        documents = await self._documents(work, events)
        await asyncio.to_thread(self._write, documents, self.reached)

    def report_lag(self, code: str, lag: int) -> None:
        """As a metric."""
        CONSUMER_LAG.labels(self.name, code).set(lag)

    async def _open(self) -> None:
        """Anew after a failure too: a writer that failed once fails for ever.

        While the instance that this one replaces still writes, what that commits is found here, as well as there.
        """
        while True:
            try:
                await asyncio.to_thread(self.engine.open)
            except EngineUnavailableError:
                self.reached = await asyncio.to_thread(self.engine.checkpoint)
                self.is_filled.set()
                await asyncio.sleep(BESIDE_SECONDS)
            else:
                return

    async def _follow(self, head: Position) -> None:
        follower = EventFollower(self.source.pool, self.source.bus, durable=self.durable)
        async with aclosing(follower.batches(Position(self.reached))) as batches:
            async for batch in batches:
                await self._index(batch)
                if self.reached >= head:
                    self.is_filled.set()
                self.report_lag(self.source.bus.territory.code, await store.head(self.source.pool) - self.reached)

    async def _find_beginning(self, head: Position) -> None:
        self.reached = await asyncio.to_thread(self.engine.checkpoint)
        if self.reached > head:
            log.warning("index.cleared", territory=self.source.bus.territory.code, checkpoint=self.reached, head=head)
            await asyncio.to_thread(self.engine.clear)
            self.reached = 0
        if self.reached == 0:
            self.is_filled.clear()
        if self.reached >= head:
            self.is_filled.set()

    async def _index(self, batch: Sequence[StoredEvent]) -> None:
        wanted = [event for event in batch if event.type in INDEXED]
        if wanted:
            documents = await self._readable(wanted)
            await asyncio.to_thread(self._write, documents, batch[-1].position)
        self.reached = batch[-1].position

    def _write(self, documents: Sequence[Document], checkpoint: int) -> None:
        with self._writing:
            self.engine.write(documents, checkpoint)

    async def _readable(self, events: Sequence[StoredEvent]) -> list[Document]:
        """Together while nothing fails, one by one when something did."""
        try:
            async with work_of(self.source) as work:
                return await self._documents(work, events)
        except Exception as error:  # noqa: BLE001 (whose fault it was is found one by one)
            require_reachable(error)
            if len(events) > 1:
                return [document for event in events for document in await self._readable([event])]
            # Nothing of it depends on when it is tried.
            await set_aside(self, self.source, events[0], reason=reason_of(error), attempts=1)
            return []

    async def _documents(self, work: UnitOfWork, events: Sequence[StoredEvent]) -> list[Document]:
        documents: list[Document | None] = []
        for _, payload in await payloads(self, work, events):
            if isinstance(payload, PersonErased):
                documents += await forgotten(self.source.pool, payload.person_id)
            else:
                documents.append(document_of(payload))
        return [document for document in documents if document is not None]
