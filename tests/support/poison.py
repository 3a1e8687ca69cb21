"""A consumer with faults that can be taken away: what it handles leaves one row each."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from pydantic import ConfigDict
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from shared.database.idempotency import idempotency_keys
from shared.database.statements import Statement, compiled
from shared.errors import ServiceError
from shared.events.catalogue.event import DecisionRecorded
from shared.events.consumer import Consumer, Source, run_consumer
from shared.events.envelope import StoredEvent
from shared.events.event import Event
from shared.events.handling import Reader
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import new_id
from tests.support.event_store import EventStore

# Any table does for an effect; this one takes a text.
_EFFECT = compiled(
    insert(idempotency_keys).values(
        account_id=bindparam("account"),
        route="r",
        key=bindparam("title"),
        request_hash=b"",
        created_at=bindparam("now"),
    )
)
_EFFECTS = compiled(select(idempotency_keys.c.key))
# What no writer of ours would append: data that is not of its type's form.
_BAD_EVENT = Statement(
    "INSERT INTO events (id, stream, version, type, schema_version, actor, occurred_at, data, metadata)"
    " VALUES (gen_random_uuid(), $1, 1, $2, 1, 'system', now(), $3, $4)",
    ("stream", "type", "data", "metadata"),
    {"stream": "", "type": "", "data": {}, "metadata": {}},
)


class AnyDecision(DecisionRecorded):
    """What a later version of the code makes of data that the present one cannot read."""

    model_config = ConfigDict(extra="ignore")

    title: str = "without a title"
    outcome: str = ""


@dataclass(slots=True)
class FaultyHandler:
    """Raises or hangs at titles that say so, until it is repaired; remembers when it handled others."""

    is_repaired: bool = False
    handled: list[float] = field(default_factory=list)

    async def __call__(self, work: UnitOfWork, event: StoredEvent, payload: DecisionRecorded) -> None:
        # A second effect of the same event would be seen as a second row.
        await work.connection.execute(_EFFECT, account=new_id(), title=payload.title, now=event.occurred_at)
        if not self.is_repaired and payload.title.startswith("raise"):
            message = "poison"
            raise ValueError(message)
        if not self.is_repaired and payload.title.startswith("hang"):
            await asyncio.Event().wait()
        self.handled.append(time.monotonic())

    @property
    def consumer(self) -> Consumer:
        """It reads what is repaired with a class that takes more."""
        return Consumer("reader", {AnyDecision if self.is_repaired else DecisionRecorded: self})


async def effects(store: EventStore) -> list[str]:
    """The titles handled, sorted."""
    return sorted([row["key"] for row in await store.pool.fetch(_EFFECTS)])


async def append_unreadable(
    store: EventStore, data: object, kind: type[Event] = DecisionRecorded, audience: Sequence[str] = ()
) -> None:
    """An event with data as they are given."""
    stream, metadata = f"{kind.category}-{new_id()}", {"audience": list(audience)}
    await store.pool.execute(_BAD_EVENT, stream=stream, type=kind.type, data=data, metadata=metadata)


@asynccontextmanager
async def reading(store: EventStore, *readers: Reader) -> AsyncIterator[Sequence[asyncio.Task[None]]]:
    """The readers, each in a task of its own."""
    source = Source(store.pool, store.bus, store.person_keys)
    tasks = [asyncio.create_task(run_consumer(reader, source)) for reader in readers]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, ServiceError):
                await task
