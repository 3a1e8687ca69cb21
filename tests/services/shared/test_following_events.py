"""Following events by position: every one, once, in order, whatever NATS does."""

from pathlib import Path

from shared.messaging.bus import Outgoing
from shared.territory.territory import Territory
from tests.support.event_store import event_store
from tests.support.eventually import eventually
from tests.support.following import following
from tests.support.lone_nats import lone_nats
from tests.support.servers import Servers


async def test_what_was_sealed_before_is_read_without_nats(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory, nats_url="nats://nobody:none@127.0.0.1:9") as store:
        await store.append_and_seal(450)
        async with following(store) as seen:
            await eventually(lambda: len(seen) == 450)
            await store.append_and_seal(3)
            await eventually(lambda: len(seen) == 453, within=3)
        assert seen == list(range(1, 454))


async def test_what_is_published_arrives_at_once(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store:
        await store.bus.wait_connected()
        await store.bus.ensure_stream()
        await store.append_and_seal(2)
        async with following(store, durable="reader") as seen:
            await eventually(lambda: len(seen) == 2)
            for head in range(3, 20):
                await store.append_and_seal(1)
                await store.publish(after=head - 1)
                await eventually(lambda: len(seen) == head, within=1)  # noqa: B023 (awaited inside the loop)
        assert seen == list(range(1, 20))


async def test_a_gap_in_the_stream_is_filled_from_the_store(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store:
        await store.bus.wait_connected()
        await store.bus.ensure_stream()
        async with following(store, after=0) as seen:
            await store.append_and_seal(10)
            await store.publish(after=7)
            await eventually(lambda: len(seen) == 10)
        assert seen == list(range(1, 11))


async def test_what_is_no_event_is_passed_over(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store:
        await store.bus.wait_connected()
        await store.bus.ensure_stream()
        async with following(store, durable="reader") as seen:
            garbage = [Outgoing(f"g{n}", "x.y", 1, body) for n, body in enumerate((b"{", b"[]", b'{"id":1}', b"null"))]
            await store.bus.publish_window(garbage, 0)
            await store.append_and_seal(5)
            await store.publish()
            await eventually(lambda: len(seen) == 5)
        assert seen == [1, 2, 3, 4, 5]


async def test_two_followers_of_one_name_both_see_everything(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store:
        await store.bus.wait_connected()
        await store.bus.ensure_stream()
        async with following(store, durable="same") as first, following(store, durable="same") as second:
            for head in range(10, 60, 10):
                await store.append_and_seal(10)
                await store.publish(after=head - 10)
            await eventually(lambda: len(first) == len(second) == 50)
        assert first == second == list(range(1, 51))


async def test_nats_killed_and_its_disk_lost_costs_no_event(
    servers: Servers, territory: Territory, tmp_path: Path
) -> None:
    async with lone_nats(servers, territory, tmp_path) as nats, event_store(servers, territory, nats.url) as store:
        await store.bus.wait_connected()
        await store.bus.ensure_stream()
        async with following(store, durable="reader") as seen:
            await store.append_and_seal(20)
            await store.publish()
            await eventually(lambda: len(seen) == 20)
            for round_number in range(1, 4):
                nats.kill()
                await store.append_and_seal(5)
                await eventually(lambda: len(seen) == 20 + round_number * 10 - 5)  # noqa: B023 (awaited here)
                nats.lose_disk()
                await nats.start()
                await store.bus.wait_connected()
                await store.bus.ensure_stream()
                await store.append_and_seal(5)
                await store.publish(after=15 + round_number * 10)
                await eventually(lambda: len(seen) == 20 + round_number * 10)  # noqa: B023 (awaited here)
            await store.append_and_seal(1)
            await eventually(lambda: store.bus.is_connected)
            await store.publish(after=50)
            await eventually(lambda: len(seen) == 51)
        assert seen == list(range(1, 52))
