"""Keeps one territory's index up with its events."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.search.engines.engine import Document, SearchEngine
from services.search.indexing.documents import INDEXED, document_of
from services.search.indexing.forgetting import forgotten
from shared.database.pool import Pool
from shared.events import store
from shared.events.catalogue.event import PersonErased
from shared.events.envelope import StoredEvent
from shared.events.follower import EventFollower
from shared.events.person_keys import PersonKeys
from shared.identifiers import Position
from shared.messaging.bus import MessageBus
from shared.observability.logging import get_logger
from shared.observability.metrics import CONSUMER_LAG

log = get_logger()

CONSUMER = "search-index"


@dataclass(slots=True)
class Indexer:
    """`reached` is the position up to which everything that can be found is in the index."""

    pool: Pool
    bus: MessageBus
    person_keys: PersonKeys
    engine: SearchEngine
    reached: int = 0
    is_filled: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Follow for ever from the index's own checkpoint; an index that is ahead of the store is of another store.

        Raises:
            ServiceError: unavailable; EngineUnavailableError; the caller runs it again.
        """
        # Anew after a failure too: a writer that failed once fails for ever.
        await asyncio.to_thread(self.engine.open)
        head = await store.head(self.pool)
        await self._find_beginning(head)
        follower = EventFollower(self.pool, self.bus, durable=None)
        async with aclosing(follower.batches(Position(self.reached))) as batches:
            async for batch in batches:
                await self._index(batch)
                if self.reached >= head:
                    self.is_filled.set()
                lag = await store.head(self.pool) - self.reached
                CONSUMER_LAG.labels(CONSUMER, self.bus.territory.code).set(lag)

    async def _find_beginning(self, head: Position) -> None:
        self.reached = await asyncio.to_thread(self.engine.checkpoint)
        if self.reached > head:
            log.warning("index.cleared", territory=self.bus.territory.code, checkpoint=self.reached, head=head)
            await asyncio.to_thread(self.engine.clear)
            self.reached = 0
        if self.reached == 0:
            self.is_filled.clear()
        if self.reached >= head:
            self.is_filled.set()

    async def _index(self, batch: Sequence[StoredEvent]) -> None:
        wanted = [event for event in batch if event.type in INDEXED]
        if wanted:
            revealed = await self.person_keys.reveal(self.pool, wanted)
            # Whose key cannot be opened just now is not erased: what is in the index stays.
            pairs = [(event, data) for event, data in zip(wanted, revealed, strict=True) if not data.unavailable]
            documents = [document for event, data in pairs for document in await self._documents(event, data)]
            await asyncio.to_thread(self.engine.write, documents, batch[-1].position)
        self.reached = batch[-1].position

    async def _documents(self, event: StoredEvent, data: Mapping[str, Any]) -> list[Document]:
        if event.type == PersonErased.type:
            return await forgotten(self.pool, UUID(data["person_id"]))
        document = document_of(event, data)
        return [] if document is None else [document]
