"""A pull consumer: what is published comes at once and in order, and what the server forgot is asked for again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

import pytest

from shared.messaging.bus import MessageBus, Outgoing
from shared.messaging.durable_consumer import BATCH, PullConsumer
from shared.messaging.errors import BusUnavailable
from shared.messaging.subjects import STREAM
from shared.territory.territory import Territory
from tests.support.event_store import event_store
from tests.support.servers import Servers


def outgoing(first: int, count: int) -> list[Outgoing]:
    return [Outgoing(f"event-{n}", "community.post.created", n, b"%d" % n) for n in range(first, first + count)]


@asynccontextmanager
async def consuming(
    servers: Servers, territory: Territory, durable: str | None = None
) -> AsyncIterator[tuple[MessageBus, PullConsumer]]:
    async with event_store(servers, territory) as store:
        await store.bus.wait_connected()
        await store.bus.ensure_stream()
        consumer = PullConsumer(store.bus, durable)
        await consumer.prepare()
        yield store.bus, consumer
        await consumer.close()


@pytest.mark.parametrize("durable", [None, "reader"])
async def test_many_come_in_order_and_not_too_many_at_once(
    servers: Servers, territory: Territory, durable: str | None
) -> None:
    async with consuming(servers, territory, durable) as (bus, consumer):
        await bus.publish_window(outgoing(1, 1000), 0)
        bodies: list[bytes] = []
        while len(bodies) < 1000:
            came = await consumer.fetch(5)
            assert 0 < len(came) <= BATCH
            bodies += came
            await consumer.acknowledge()
        assert bodies == [b"%d" % n for n in range(1, 1001)]


async def test_what_comes_after_a_pull_is_over_comes_at_once(servers: Servers, territory: Territory) -> None:
    async with consuming(servers, territory) as (bus, consumer):
        assert await consumer.fetch(0.1) == []
        assert await consumer.fetch(0.1) == []
        # This pull of 0.3 s goes on in the next fetch, is over in the middle of it, and is asked for anew.
        waiting = asyncio.create_task(consumer.fetch(0.3))
        await bus.publish_window(outgoing(1, 1), 0)
        assert await waiting == [b"1"]
        began = monotonic()
        waiting = asyncio.create_task(consumer.fetch(20))
        while monotonic() - began < 1:
            await asyncio.wait([waiting], timeout=0.1)
        await bus.publish_window(outgoing(2, 1), 1)
        assert await asyncio.wait_for(waiting, 5) == [b"2"]


@pytest.mark.parametrize("durable", [None, "reader"])
async def test_a_consumer_that_the_server_has_lost_is_made_anew(
    servers: Servers, territory: Territory, durable: str | None
) -> None:
    async with consuming(servers, territory, durable) as (bus, consumer):
        await bus.publish_window(outgoing(1, 1), 0)
        assert await consumer.fetch(5) == [b"1"]
        (info,) = await bus.jetstream().consumers_info(STREAM)
        waiting = asyncio.create_task(consumer.fetch(20))
        await asyncio.wait([waiting], timeout=0.1)
        await bus.jetstream().delete_consumer(STREAM, info.name)
        with pytest.raises(BusUnavailable):
            await asyncio.wait_for(waiting, 5)
        await consumer.prepare()
        await bus.publish_window(outgoing(2, 1), 1)
        assert await consumer.fetch(5) == [b"2"]


async def test_what_came_before_a_fault_is_not_lost(servers: Servers, territory: Territory) -> None:
    async with consuming(servers, territory) as (bus, consumer):
        assert await consumer.fetch(0.1) == []
        waiting = asyncio.create_task(consumer.fetch(20))
        await asyncio.wait([waiting], timeout=0.1)
        await bus.publish_window(outgoing(1, 3), 0)
        bodies = list(await waiting)
        await bus.discard_stream()
        while len(bodies) < 3:
            bodies += await asyncio.wait_for(consumer.fetch(5), 10)
        with pytest.raises(BusUnavailable):
            await asyncio.wait_for(consumer.fetch(5), 10)
        assert bodies == [b"1", b"2", b"3"]


async def test_one_pull_is_open_at_a_time_however_messages_come(servers: Servers, territory: Territory) -> None:
    async with consuming(servers, territory, "reader") as (bus, consumer):
        for number in range(1, 31):
            # Some come in the middle of a pull's time, some between two.
            if number % 3:
                await bus.publish_window(outgoing(number, 1), number - 1)
            else:
                assert await consumer.fetch(0.05) == []
                await bus.publish_window(outgoing(number, 1), number - 1)
            assert await consumer.fetch(5 if number % 2 else 0.1) == [b"%d" % number]
            await consumer.acknowledge()
            info = await bus.jetstream().consumer_info(STREAM, "reader")
            assert (info.num_waiting or 0) <= 2
