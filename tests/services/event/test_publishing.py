"""What is sealed reaches JetStream in order, whatever becomes of NATS."""

import asyncio
from pathlib import Path

import orjson
import pytest

from services.event.app import create_app
from services.event.publishing.publisher import TAIL
from services.event.settings import EventSettings
from shared.events import store
from shared.messaging.bus import MessageBus
from shared.messaging.subjects import STREAM, event_subject
from shared.territory.territory import Territory
from tests.support.event_store import EventStore, decision, event_store
from tests.support.eventually import eventually
from tests.support.lone_nats import lone_nats
from tests.support.servers import Servers

BACK_TO_FIVE = (
    "DELETE FROM events WHERE seq IN (SELECT seq FROM seals WHERE position > 5)",
    "DELETE FROM seals WHERE position > 5",
    "DELETE FROM tree_heads WHERE tree_size > 5",
)


async def published(bus: MessageBus) -> list[tuple[int, str]]:
    """Position and event id of all messages, in the order of the stream."""
    state = (await bus.jetstream().stream_info(STREAM)).state
    found = []
    for sequence in range(state.first_seq, state.last_seq + 1):
        message = await bus.jetstream().get_msg(STREAM, seq=sequence)
        headers = message.headers or {}
        body = orjson.loads(message.data or b"")
        assert int(headers["Unityplan-Position"]) == body["position"]
        assert message.subject == event_subject(bus.territory, body["type"])
        found.append((body["position"], headers["Nats-Msg-Id"]))
    return found


async def reaches(bus: MessageBus, position: int) -> bool:
    last = await bus.last_message()
    return last is not None and last[1] == position


async def head_is(record: EventStore, position: int) -> bool:
    return await store.head(record.pool) == position


async def test_events_are_published_once_and_in_order(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as record:
        async with servers.running(EventSettings, create_app, territory):
            appended = [event for _ in range(10) for event in await record.append(*(decision() for _ in range(6)))]
            await eventually(lambda: reaches(record.bus, 60))
        async with servers.running(EventSettings, create_app, territory):
            appended += await record.append(decision())
            await eventually(lambda: reaches(record.bus, 61))
        messages = await published(record.bus)
        assert [position for position, _ in messages] == list(range(1, 62))
        assert {event_id for _, event_id in messages} == {str(event.id) for event in appended}


async def test_two_event_services_publish_everything_once(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as record:
        async with (
            servers.running(EventSettings, create_app, territory),
            servers.running(EventSettings, create_app, territory),
        ):
            await asyncio.gather(*(record.append(decision(), decision()) for _ in range(20)))
            await eventually(lambda: reaches(record.bus, 40))
        assert [position for position, _ in await published(record.bus)] == list(range(1, 41))


async def test_a_lost_stream_begins_again_near_the_head(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as record:
        async with servers.running(EventSettings, create_app, territory):
            await record.append(*(decision() for _ in range(TAIL + 5)))
            await eventually(lambda: reaches(record.bus, TAIL + 5))
            await record.bus.jetstream().delete_stream(STREAM)
            await record.append(decision())
            await eventually(lambda: reaches(record.bus, TAIL + 6))
        messages = await published(record.bus)
        assert [position for position, _ in messages][-TAIL:] == list(range(7, TAIL + 7))


@pytest.mark.parametrize("more", [1, 9], ids=["behind the stream", "ahead of the stream"])
async def test_a_store_that_was_set_back_to_a_backup_is_published_anew(
    servers: Servers, territory: Territory, more: int
) -> None:
    async with event_store(servers, territory) as record:
        async with servers.running(EventSettings, create_app, territory):
            await record.append(*(decision() for _ in range(8)))
            await eventually(lambda: reaches(record.bus, 8))
        superuser = await servers.postgres.connect_to(territory.database)
        await superuser.execute(f"SET search_path = {territory.schema}, pg_catalog")
        for statement in BACK_TO_FIVE:
            await superuser.execute(statement)
        await superuser.close()
        async with servers.running(EventSettings, create_app, territory):
            later = await record.append(*(decision() for _ in range(more)))
            await eventually(lambda: reaches(record.bus, 5 + more))

            async def is_all_there() -> bool:
                return [event_id for _, event_id in await published(record.bus)][5:] == [str(e.id) for e in later]

            await eventually(is_all_there)
        assert [position for position, _ in await published(record.bus)] == list(range(1, 6 + more))


async def test_sealing_goes_on_without_nats_and_publishing_catches_up(
    servers: Servers, territory: Territory, tmp_path: Path
) -> None:
    async with (
        lone_nats(servers, territory, tmp_path) as nats,
        event_store(servers, territory, nats.url) as record,
        servers.running(EventSettings, create_app, territory, nats_url=nats.url),
    ):
        await record.append(decision())
        await eventually(lambda: reaches(record.bus, 1))
        nats.kill()
        await record.append(decision(), decision())
        await eventually(lambda: head_is(record, 3), within=2)
        await nats.start()
        await eventually(lambda: reaches(record.bus, 3), within=20)
        assert [position for position, _ in await published(record.bus)] == [1, 2, 3]
