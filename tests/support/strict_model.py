"""A read model that takes each version of each stream once and in order, or fails."""

import asyncio
import time
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from shared.database.idempotency import idempotency_keys as rows
from shared.database.statements import compiled
from shared.errors import ServiceError
from shared.events.catalogue.event import DecisionRecorded
from shared.events.consumer import Consumer, Source, run_consumer
from shared.events.envelope import StoredEvent
from shared.events.unit_of_work import UnitOfWork
from tests.support.event_store import EventStore

ROUTE = "strict-model"
NOBODY = UUID(int=0)
PAUSE_SECONDS = 0.05

# Any table does for a model; of this one a row is a stream, and `request_hash` its version.
_FIRST = compiled(
    insert(rows).values(
        account_id=NOBODY, route=ROUTE, key=bindparam("stream"), request_hash=b"1", created_at=bindparam("now")
    )
)
_NEXT = compiled(
    update(rows)
    .where(rows.c.route == ROUTE, rows.c.key == bindparam("stream"), rows.c.request_hash == bindparam("before"))
    .values(request_hash=bindparam("version"))
    .returning(rows.c.key)
)
_ALL = compiled(select(rows.c.key, rows.c.request_hash).where(rows.c.route == ROUTE))


@dataclass(slots=True)
class StrictModel:
    """What fails more than once is parked, so a model that is right has nothing parked."""

    store: EventStore
    seen_at: list[float] = field(default_factory=list)

    async def follow(self) -> None:
        """Be a durable consumer for ever, whatever becomes of the servers."""
        consumer = Consumer(ROUTE, {DecisionRecorded: self._take})
        while True:
            try:
                await run_consumer(consumer, Source(self.store.pool, self.store.bus, self.store.person_keys))
            except ServiceError:
                await asyncio.sleep(PAUSE_SECONDS)

    async def versions(self) -> dict[str, int]:
        """Where the model is, by stream."""
        return {row["key"]: int(row["request_hash"]) for row in await self.store.pool.fetch(_ALL)}

    async def _take(self, work: UnitOfWork, event: StoredEvent, _: DecisionRecorded) -> None:
        if event.version == 1:
            await work.connection.execute(_FIRST, stream=event.stream, now=event.occurred_at)
        else:
            before, version = (str(number).encode() for number in (event.version - 1, event.version))
            if await work.connection.fetch_value(_NEXT, stream=event.stream, before=before, version=version) is None:
                message = f"{event.stream} is not at version {event.version - 1}"
                raise ValueError(message)
        self.seen_at.append(time.monotonic())
