"""Consumers: each event's effect once, in order, and what cannot be handled set aside."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from shared.database.idempotency import idempotency_keys
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.events import store as reading
from shared.events.catalogue.event import DecisionRecorded
from shared.events.catalogue.user import ProfileCreated
from shared.events.consumer import Consumer, Handler, Source, run_consumer
from shared.events.envelope import StoredEvent
from shared.events.event import Event
from shared.events.handling import CheckpointWentBack
from shared.events.tables import checkpoints, parked_events, person_keys
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import Position, new_id
from shared.messaging.subjects import APPENDED
from shared.observability.metrics import PARKED_EVENTS
from shared.territory.territory import Territory
from tests.support.event_store import EventStore, decision, event_store
from tests.support.eventually import eventually
from tests.support.servers import Servers

_PARKED = compiled(select(parked_events).order_by(parked_events.c.position))
_CHECKPOINT = compiled(select(checkpoints.c.position).where(checkpoints.c.consumer == "reader"))
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


@asynccontextmanager
async def running(store: EventStore, *consumers: Consumer) -> AsyncIterator[Sequence[asyncio.Task[None]]]:
    """The consumers, each in a task of its own."""
    source = Source(store.pool, store.bus, store.person_keys)
    tasks = [asyncio.create_task(run_consumer(consumer, source)) for consumer in consumers]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, ServiceError, CheckpointWentBack):
                await task


async def leave_effect(work: UnitOfWork, event: StoredEvent, payload: DecisionRecorded) -> None:
    """A row for each event; a second one for the same title would be seen as a second row."""
    await work.connection.execute(_EFFECT, account=new_id(), title=payload.title, now=event.occurred_at)


async def effects(store: EventStore) -> list[str]:
    """The titles handled, sorted."""
    return sorted([row["key"] for row in await store.pool.fetch(_EFFECTS)], key=int)


async def checkpoint(store: EventStore) -> int:
    """Where the consumer `reader` is."""
    return int(await store.pool.fetch_value(_CHECKPOINT) or 0)


async def test_every_event_has_its_effect_once_with_two_instances_side_by_side(
    servers: Servers, territory: Territory
) -> None:
    async with event_store(servers, territory) as store:
        await store.bus.wait_connected()
        await store.bus.ensure_stream()
        await store.append_and_seal(40)
        consumer = Consumer("reader", {DecisionRecorded: leave_effect})
        async with running(store, consumer, consumer):
            await store.append(*(decision(str(n)) for n in range(40, 80)))
            await store.seal()
            await store.publish(after=40)

            async def is_done() -> bool:
                return await checkpoint(store) == 80

            await eventually(is_done)
        assert await effects(store) == [str(n) for n in range(80)]


async def test_a_consumer_whose_last_commits_were_lost_with_the_server_leaves_nothing_out(
    servers: Servers, territory: Territory
) -> None:
    async with event_store(servers, territory) as store:
        consumer = Consumer("reader", {DecisionRecorded: leave_effect})
        await store.append(*(decision(str(n)) for n in range(8)))
        await store.seal()

        async def is_done(head: int) -> bool:
            return await checkpoint(store) == head

        async with running(store, consumer) as (task,):
            await eventually(lambda: is_done(8))
            connection = await servers.postgres.connect_to(territory.database)
            await connection.execute(
                f"DELETE FROM {territory.schema}.idempotency_keys WHERE key::int > 2;"  # noqa: S608 (a territory's own)
                f"UPDATE {territory.schema}.checkpoints SET position = 3 WHERE consumer = 'reader'"
            )
            await connection.close()
            await store.append(decision("8"))
            await store.seal()
            with pytest.raises(CheckpointWentBack):
                await asyncio.wait_for(asyncio.shield(task), 10)
        assert await effects(store) == ["0", "1", "2"]
        async with running(store, consumer):
            await eventually(lambda: is_done(9))
        assert await effects(store) == [str(n) for n in range(9)]


async def test_a_consumer_goes_on_where_it_was(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store:
        consumer = Consumer("reader", {DecisionRecorded: leave_effect})
        for head in (10, 20, 30):
            await store.append(*(decision(str(n)) for n in range(head - 10, head)))
            await store.seal()

            async def is_done(head: int = head) -> bool:
                return await checkpoint(store) == head

            async with running(store, consumer):
                await eventually(is_done)
        assert await effects(store) == [str(n) for n in range(30)]


async def test_events_that_concern_nobody_move_the_checkpoint(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store:
        await store.append_and_seal(7)

        async def is_done() -> bool:
            return await checkpoint(store) == 7

        async with running(store, Consumer("reader", {ProfileCreated: leave_effect})):
            await eventually(is_done)
        assert await effects(store) == []


async def _raise(_work: UnitOfWork, _event: StoredEvent, _payload: Event) -> None:
    message = "poison"
    raise ValueError(message)


async def _hang(_work: UnitOfWork, _event: StoredEvent, _payload: Event) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("poison", [_raise, _hang])
async def test_an_event_that_cannot_be_handled_is_parked_and_the_others_wait_at_most_five_seconds(
    servers: Servers, territory: Territory, poison: Handler
) -> None:
    async def handle(work: UnitOfWork, event: StoredEvent, payload: DecisionRecorded) -> None:
        await leave_effect(work, event, payload)
        if payload.title == "1":
            await poison(work, event, payload)

    async with event_store(servers, territory) as store:
        await store.append_and_seal(4)
        began = time.monotonic()

        async def is_done() -> bool:
            return await checkpoint(store) == 4

        async with running(store, Consumer("reader", {DecisionRecorded: handle})):
            await eventually(is_done)
        assert time.monotonic() - began < 5.5
        assert await effects(store) == ["0", "2", "3"]
        (parked,) = await store.pool.fetch(_PARKED)
        assert (parked["consumer"], parked["position"], parked["attempts"]) == ("reader", 2, 5)
        assert PARKED_EVENTS.labels("reader", territory.code)._value.get() == 1  # noqa: SLF001 (no public reading)


async def test_an_event_is_not_blamed_for_a_database_that_is_away(servers: Servers, territory: Territory) -> None:
    calls = 0

    async def handle(_work: UnitOfWork, _event: StoredEvent, _payload: DecisionRecorded) -> None:
        nonlocal calls
        calls += 1
        raise ServiceError(Kind.UNAVAILABLE, "database-unavailable", "away")

    async with event_store(servers, territory) as store:
        await store.append_and_seal(1)
        async with running(store, Consumer("reader", {DecisionRecorded: handle})) as (task,):
            with pytest.raises(ServiceError, match="database-unavailable"):
                await task
        assert calls == 1
        assert await store.pool.fetch(_PARKED) == []


async def test_what_a_consumer_appends_names_its_cause_and_wakes_the_sealer(
    servers: Servers, territory: Territory
) -> None:
    woken = asyncio.Event()

    async def wake() -> None:
        woken.set()

    async def handle(work: UnitOfWork, _event: StoredEvent, payload: DecisionRecorded) -> None:
        if payload.title == "0":
            await work.append(f"decision-{new_id()}", "none", decision("1"))

    async with event_store(servers, territory) as store:
        await store.bus.on_hint(APPENDED, wake)
        await store.bus.wait_connected()
        await store.append_and_seal(1)
        async with running(store, Consumer("reader", {DecisionRecorded: handle})):
            async with asyncio.timeout(5):
                await woken.wait()
            await store.seal()
            cause, effect = await reading.read_after(store.pool, Position(0), 10)
        assert effect.metadata == {"request_id": "test", "causation_id": str(cause.id)}


async def test_a_handler_is_given_the_text_and_nothing_once_it_is_erased(
    servers: Servers, territory: Territory
) -> None:
    seen: list[str | None] = []

    async def handle(_work: UnitOfWork, _event: StoredEvent, payload: ProfileCreated) -> None:
        seen.append(payload.display_name)
        assert payload.account_id == person

    async with event_store(servers, territory) as store:
        person = new_id()
        event = ProfileCreated(account_id=person, username="anna", display_name="Anna Ærø")
        await store.append(event, stream=f"profile-{person}")
        await store.seal()
        async with running(store, Consumer("before", {ProfileCreated: handle})):
            await eventually(lambda: seen == ["Anna Ærø"])
        connection = await servers.postgres.connect_to(territory.database)
        await connection.execute(f"DELETE FROM {territory.schema}.{person_keys.name}")  # noqa: S608 (names of ours)
        await connection.close()
        async with running(store, Consumer("after", {ProfileCreated: handle})):
            await eventually(lambda: seen == ["Anna Ærø", None])
