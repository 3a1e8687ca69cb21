"""The message bus: nobody waits for it, it comes back by itself, and what it publishes stays in order."""

import asyncio
import gc
import time
from pathlib import Path

import pytest

from shared.messaging.bus import LastMessage, MessageBus, Outgoing
from shared.messaging.errors import BusUnavailable, WrongLastSequence
from shared.messaging.subjects import APPENDED, STREAM, event_subject
from shared.observability.metrics import HINTS_DROPPED
from shared.settings.service_settings import ServiceSettings
from shared.territory.territory import Territory
from tests.support.event_store import Settings
from tests.support.eventually import eventually
from tests.support.lone_nats import lone_nats
from tests.support.servers import Servers

NOWHERE = "nats://nobody:none@127.0.0.1:9"


def bus_of(servers: Servers, territory: Territory) -> MessageBus:
    settings: ServiceSettings = servers.settings(Settings, territory)
    return MessageBus(territory, settings.nats_url_for(territory.slug), "test")


def messages(first: int, last: int) -> list[Outgoing]:
    return [Outgoing(f"event-{n}", "community.post.created", n, b"{}") for n in range(first, last + 1)]


async def test_a_hint_wakes_those_who_listen_and_no_neighbour(servers: Servers, territory: Territory) -> None:
    woken: list[str] = []
    neighbour = await servers.new_territory()

    async def wake() -> None:
        woken.append("here")

    async def wake_neighbour() -> None:
        woken.append("there")

    async with bus_of(servers, territory) as bus, bus_of(servers, neighbour) as other:
        await bus.wait_connected()
        await other.wait_connected()
        await bus.on_hint(APPENDED, wake)
        await other.on_hint(APPENDED, wake_neighbour)
        await bus.client().flush()
        await other.client().flush()
        await bus.publish_hint(APPENDED)
        await eventually(lambda: woken == ["here"], within=1)


async def test_hints_given_again_and_again_are_few_and_one_comes_after_the_last(
    servers: Servers, territory: Territory
) -> None:
    woken: list[str] = []

    async def wake() -> None:
        woken.append("here")

    async with bus_of(servers, territory) as bus:
        await bus.wait_connected()
        await bus.on_hint(APPENDED, wake)
        await bus.client().flush()
        for _ in range(100):
            bus.hint_soon(APPENDED)
        await eventually(lambda: len(woken) == 1, within=1)
        for _ in range(100):
            bus.hint_soon(APPENDED)
        await eventually(lambda: len(woken) == 2, within=1)
        await bus.client().flush()
        assert len(woken) == 2


async def test_a_hint_without_nats_costs_nothing_and_is_counted(territory: Territory) -> None:
    counter = HINTS_DROPPED.labels(territory.code)
    before = counter._value.get()  # noqa: SLF001 (no public reading)
    began = time.monotonic()
    async with MessageBus(territory, NOWHERE, "test") as bus:
        for _ in range(100):
            await bus.publish_hint(APPENDED)
        assert not bus.is_connected
        with pytest.raises(BusUnavailable):
            await bus.last_message()
        with pytest.raises(BusUnavailable):
            await bus.publish_window(messages(1, 1), 0)
    assert time.monotonic() - began < 0.5
    assert counter._value.get() == before + 100  # noqa: SLF001 (no public reading)


async def test_a_callback_that_fails_is_called_again(servers: Servers, territory: Territory) -> None:
    calls = 0

    async def wake() -> None:
        nonlocal calls
        calls += 1
        raise ValueError

    async with bus_of(servers, territory) as bus:
        await bus.on_hint(APPENDED, wake)
        await bus.wait_connected()
        for number in range(1, 4):
            await bus.publish_hint(APPENDED)
            await eventually(lambda: calls == number, within=1)  # noqa: B023 (awaited inside the loop)


async def test_hints_flow_again_after_nats_was_killed(servers: Servers, territory: Territory, tmp_path: Path) -> None:
    woken = asyncio.Event()

    async def wake() -> None:
        woken.set()

    async with lone_nats(servers, territory, tmp_path) as server, MessageBus(territory, server.url, "test") as bus:
        await bus.on_hint(APPENDED, wake)
        await bus.wait_connected()
        server.kill()
        await eventually(lambda: not bus.is_connected)
        await server.start()
        await bus.wait_connected()
        await bus.publish_hint(APPENDED)
        async with asyncio.timeout(2):
            await woken.wait()


async def test_the_bus_comes_back_though_the_server_refused_it_for_a_while(
    servers: Servers, territory: Territory, tmp_path: Path
) -> None:
    """A rotated password: nats-py gives up for good when it is refused."""
    async with lone_nats(servers, territory, tmp_path) as server, MessageBus(territory, server.url, "test") as bus:
        await bus.wait_connected()
        configuration = server.nats.data / "nats.conf"
        right = configuration.read_text()
        server.kill()
        configuration.write_text(right.replace(servers.secrets.of("nats", territory), "another"))
        await server.start()
        await eventually(lambda: "Authorization" in bus.last_error)
        server.kill()
        configuration.write_text(right)
        await server.start()
        async with asyncio.timeout(10):
            await bus.wait_connected()
    # A connection that was left open would be complained of.
    gc.collect()


async def test_no_connection_is_left_open_to_a_server_that_hangs_up(territory: Territory) -> None:
    asked = 0

    async def greet_wrongly(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.write(b"HELLO\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet_wrongly, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        async with MessageBus(territory, f"nats://nobody:none@127.0.0.1:{port}", "test"):
            await eventually(lambda: asked > 2)
    gc.collect()


async def test_what_is_published_stands_in_order_and_is_found_again(servers: Servers, territory: Territory) -> None:
    async with bus_of(servers, territory) as bus:
        await bus.wait_connected()
        assert await bus.last_message() is None
        assert await bus.publish_window(messages(1, 600), 0) == 600
        assert await bus.last_message() == LastMessage(600, 600, "event-600")
        stored = await bus.jetstream().get_msg(STREAM, seq=300)
        assert stored.subject == event_subject(territory, "community.post.created")
        assert (stored.headers or {})["Unityplan-Position"] == "300"


async def test_a_second_publisher_is_refused(servers: Servers, territory: Territory) -> None:
    async with bus_of(servers, territory) as bus, bus_of(servers, territory) as zombie:
        await bus.wait_connected()
        await zombie.wait_connected()
        await bus.ensure_stream()
        await bus.publish_window(messages(1, 10), 0)
        with pytest.raises(WrongLastSequence):
            await zombie.publish_window(messages(5, 10), 4)
        assert await bus.last_message() == LastMessage(10, 10, "event-10")
        assert await bus.publish_window(messages(11, 12), 10) == 12


async def test_publishing_into_a_lost_stream_is_refused_until_it_is_made_again(
    servers: Servers, territory: Territory
) -> None:
    async with bus_of(servers, territory) as bus:
        await bus.wait_connected()
        await bus.ensure_stream()
        await bus.publish_window(messages(1, 3), 0)
        await bus.jetstream().delete_stream(STREAM)
        with pytest.raises(BusUnavailable):
            await bus.publish_window(messages(4, 6), 3)
        assert await bus.last_message() is None
        assert await bus.publish_window(messages(4, 6), 0) == 3


async def test_a_bus_ends_at_once_whatever_it_is_doing(servers: Servers, territory: Territory) -> None:
    async with bus_of(servers, territory) as bus:
        await bus.wait_connected()
        await bus.ensure_stream()

        async def publish_for_ever() -> None:
            while True:
                try:
                    last = await bus.last_message() or (0, 0)
                    await bus.publish_window(messages(1, 300), last[0])
                except (BusUnavailable, WrongLastSequence):
                    continue

        for pause in range(20):
            task = asyncio.create_task(publish_for_ever())
            await asyncio.wait([task], timeout=pause / 500)
            task.cancel()
            done, _ = await asyncio.wait([task], timeout=2)
            assert done
