"""Waiting for events, and streams of them, through the gateway of a real pod."""

import asyncio
import time

from shared.identifiers import new_id
from tests.support.citizen import Citizen
from tests.support.event_source import event_source
from tests.support.pod import Pod


async def test_events_stream_through_the_gateway_as_they_are_sealed(dk: Pod) -> None:
    async with Citizen(dk.address()) as admin:
        await admin.register()
        assert (await dk.command("grant", admin.username, "admin")).code == 0
        async with event_source(admin.http, "/events?type=community.community.created", admin.access_token) as source:
            for name in ("one", "two", "three"):
                began = time.monotonic()
                made = await admin.create_community(f"{name} {new_id()}")
                while (message := await source.next()).data["data"]["community_id"] != made["id"]:
                    pass
                assert time.monotonic() - began < 2
                assert message.id == message.data["position"]


async def test_a_stream_is_not_ended_for_being_quiet_and_beats(dk: Pod) -> None:
    async with Citizen(dk.address()) as person:
        await person.register()
        async with event_source(person.http, "/events", person.access_token) as source:
            began = time.monotonic()
            await source.block()
            while (await source.block(within=20)).data is not None:
                pass
            assert 10 < time.monotonic() - began < 20


async def test_the_longest_waiting_is_answered_through_the_gateway(dk: Pod) -> None:
    async with Citizen(dk.address()) as person:
        await person.register()
        person.http.timeout = 60
        began = time.monotonic()
        answer = await person.call("GET", f"/events?after={2**40}&wait=30")
        assert (answer.status_code, answer.json()["items"]) == (200, [])
        assert 29 < time.monotonic() - began < 34


async def test_the_gateway_lets_streams_and_waiting_go_when_it_ends() -> None:
    pod = await Pod.start("dk")
    try:
        async with Citizen(pod.address()) as person:
            await person.register()
            async with event_source(person.http, "/events", person.access_token) as source:
                waiting = asyncio.create_task(person.call("GET", f"/events?after={2**40}&wait=30"))
                await asyncio.wait([waiting], timeout=1)
                began = time.monotonic()
                await pod.down()
                assert time.monotonic() - began < 9
                await source.rest()
            assert (await waiting).status_code in {200, 503}
    finally:
        await pod.destroy()
