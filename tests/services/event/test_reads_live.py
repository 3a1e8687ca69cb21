"""Events as they are sealed: an answer that waits for them, and a stream that brings them."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from pathlib import Path

import httpx
import jwt
import pytest
import pytest_asyncio
from fastapi import FastAPI

from services.auth.signing_keys.key_material import KeySeal
from services.auth.signing_keys.queries import find_signing_keys
from services.event.app import create_app
from services.event.settings import EventSettings
from services.event.streams import lookout, waiting
from shared.settings.secrets import Secret
from shared.web import event_stream
from tests.services.event.record import Caller, Record, a_stream
from tests.support.event_process import event_process
from tests.support.event_source import EventSource, event_source
from tests.support.eventually import eventually
from tests.support.served import served
from tests.support.servers import Servers


@pytest_asyncio.fixture(scope="module")
async def app(servers: Servers, home: Record) -> FastAPI:
    return create_app(servers.settings(EventSettings, home.territory, database_pool_size=2))


@pytest_asyncio.fixture(scope="module")
async def http(app: FastAPI, home: Record) -> AsyncIterator[httpx.AsyncClient]:
    """Another instance of the home's event service, over real HTTP."""
    headers = {"X-Territory-ID": home.territory.code}
    limits = httpx.Limits(max_connections=None)
    async with (
        served(app) as url,
        httpx.AsyncClient(base_url=url, headers=headers, timeout=40, limits=limits) as client,
    ):
        yield client


@pytest_asyncio.fixture
async def reader(admin: Caller, http: httpx.AsyncClient) -> Caller:
    return replace(admin, events=http)


async def head(caller: Caller) -> int:
    """A position that all that has happened until now is below."""
    written = await caller.append(a_stream(), "until here")

    async def position() -> int | None:
        found: int | None = (await caller.get(f"/events/by-id/{written.json()['ids'][0]}")).json()["position"]
        return found

    return await eventually(position) or 0


class TestWaiting:
    async def test_an_answer_comes_as_soon_as_something_is_sealed(self, admin: Caller, reader: Caller) -> None:
        after = await head(admin)
        waiting_for = asyncio.create_task(reader.get("/events", after=after, wait=20))
        await asyncio.wait([waiting_for], timeout=0.5)
        assert not waiting_for.done()
        began = time.monotonic()
        written = await admin.append(a_stream(), "a")
        answer = await waiting_for
        assert time.monotonic() - began < 1.5
        assert [event["id"] for event in answer.json()["items"]] == written.json()["ids"]
        assert int(answer.headers["x-position"]) >= answer.json()["items"][0]["position"]

    async def test_what_is_there_is_not_waited_for(self, admin: Caller, reader: Caller) -> None:
        written = await admin.append(a_stream(), "a")
        await eventually(lambda: _is_sealed(admin, written.json()["ids"][0]))
        began = time.monotonic()
        assert (await reader.get("/events", wait=20)).json()["items"]
        assert time.monotonic() - began < 2

    async def test_nothing_is_answered_when_the_time_is_over(self, admin: Caller, reader: Caller) -> None:
        after, began = await head(admin), time.monotonic()
        answer = await reader.get("/events", after=after, wait=1.2, type="auth.role.granted")
        assert answer.status_code == 200
        assert answer.json() == {"items": [], "next_cursor": None}
        assert int(answer.headers["x-position"]) >= after
        assert 1.1 < time.monotonic() - began < 4

    async def test_what_was_not_asked_for_is_waited_past(self, admin: Caller, reader: Caller, citizen: Caller) -> None:
        after = await head(admin)
        own = replace(citizen, events=reader.events)
        waiters = [
            asyncio.create_task(reader.get("/events", after=after, wait=2, category="session")),
            asyncio.create_task(own.get("/events", after=after, wait=2)),
        ]
        await admin.append(a_stream(), "a")
        assert [(await waiter).json()["items"] for waiter in waiters] == [[], []]

    async def test_who_waits_holds_no_connection_to_the_database(self, admin: Caller, reader: Caller) -> None:
        """The instance has two; fifteen wait, and others are answered."""
        after = await head(admin)
        waiters = [asyncio.create_task(reader.get("/events", after=after, wait=20)) for _ in range(15)]
        await asyncio.wait(waiters, timeout=0.5)
        began = time.monotonic()
        for _ in range(5):
            assert (await reader.get("/events", limit=1)).status_code == 200
        assert time.monotonic() - began < 2
        written = await admin.append(a_stream(), "a")
        answers = await asyncio.gather(*waiters)
        assert {answer.json()["items"][0]["id"] for answer in answers} == set(written.json()["ids"])

    async def test_an_account_waits_at_most_twenty_times_at_once(
        self, app: FastAPI, home: Record, admin: Caller, citizen: Caller, reader: Caller
    ) -> None:
        own = replace(citizen, events=reader.events)
        after = await head(admin)
        waiters = [asyncio.create_task(own.get("/events", after=after, wait=25)) for _ in range(20)]
        await eventually(lambda: len(waiters_of(app, home)) == 20)
        refused = await own.get("/events", after=after, wait=25)
        assert (refused.status_code, refused.json()["code"]) == (429, "too-many-waiting")
        assert (await own.get("/events", after=after)).status_code == 200
        for waiter in waiters:
            waiter.cancel()
        await eventually(lambda: not waiters_of(app, home))

    async def test_a_client_that_leaves_is_waited_for_no_longer(
        self, app: FastAPI, home: Record, admin: Caller, reader: Caller
    ) -> None:
        waiter = asyncio.create_task(reader.get("/events", after=await head(admin), wait=30))
        await eventually(lambda: len(waiters_of(app, home)) == 1)
        waiter.cancel()
        await eventually(lambda: not waiters_of(app, home), within=2)

    async def test_the_head_of_an_answer_is_not_waited_for(self, home: Record, admin: Caller, reader: Caller) -> None:
        began = time.monotonic()
        for accept in ("application/json", "text/event-stream"):
            headers = {"Authorization": f"Bearer {admin.access_token}", "Accept": accept}
            answer = await reader.events.head("/events", params={"after": 2**40, "wait": 20}, headers=headers)
            assert answer.status_code == 200
        assert (await home.events.get("/events/head")).status_code == 200
        assert time.monotonic() - began < 3

    async def test_without_hints_it_takes_a_second_longer(self, servers: Servers, home: Record, admin: Caller) -> None:
        """NATS is away from this instance."""
        lonely = create_app(servers.settings(EventSettings, home.territory, nats_url="nats://x:y@127.0.0.1:1"))
        headers = {"X-Territory-ID": home.territory.code}
        async with served(lonely) as url, httpx.AsyncClient(base_url=url, headers=headers, timeout=40) as client:
            after = await head(admin)
            waiter = asyncio.create_task(replace(admin, events=client).get("/events", after=after, wait=20))
            await asyncio.wait([waiter], timeout=0.5)
            began = time.monotonic()
            await admin.append(a_stream(), "a")
            assert (await waiter).json()["items"]
            assert time.monotonic() - began < lookout.POLL_SECONDS + 1


class TestStream:
    async def test_events_come_as_lists_have_them_with_position_and_type(self, admin: Caller, reader: Caller) -> None:
        stream, after = a_stream(), await head(admin)
        async with stream_of(reader, f"/events?after={after}") as source:
            assert source.answer.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert source.answer.headers["cache-control"] == "no-store"
            assert int(source.answer.headers["x-position"]) >= after
            for title in ("first", "a\nline\r\n\nand: more", "Vej på æøå – 𝄞"):
                await admin.append(stream, title)
                message = await source.next()
                assert message.data["data"]["title"] == title
                assert (message.id, message.event) == (message.data["position"], "event.decision.recorded")
                listed = await admin.get(f"/events/by-id/{message.data['id']}")
                assert listed.json() == message.data

    async def test_it_begins_with_what_was_and_goes_on_without_a_gap(self, admin: Caller, reader: Caller) -> None:
        stream, after = a_stream(), await head(admin)
        await admin.append(stream, *[str(number) for number in range(100)])
        await admin.append(stream, *[str(number) for number in range(100, 130)])
        async with stream_of(reader, f"/events?after={after}") as source:
            early = await source.take(130)
            for number in range(130, 140):
                await admin.append(stream, str(number))
            late = await source.take(10)
        assert [message.data["data"]["title"] for message in early + late] == [str(n) for n in range(140)]
        positions = [message.id for message in early + late]
        assert positions == list(range(after + 1, after + 141))

    async def test_the_last_event_id_wins_over_after(self, admin: Caller, reader: Caller) -> None:
        stream, after = a_stream(), await head(admin)
        await admin.append(stream, *"abcde")
        async with stream_of(reader, f"/events?after={after}") as source:
            (first, second, *_) = await source.take(5)
        again = {"Last-Event-ID": str(second.id)}
        async with stream_of(reader, f"/events?after={after}", again) as source:
            assert (await source.next()).id == (second.id or 0) + 1
        assert first.id == after + 1

    @pytest.mark.parametrize("given", ["x", "-1", str(2**53), "1.5"])
    async def test_a_last_event_id_that_is_no_position_is_refused(self, reader: Caller, given: str) -> None:
        headers = {"Authorization": f"Bearer {reader.access_token}", "Accept": "text/event-stream"}
        answer = await reader.events.get("/events", headers={**headers, "Last-Event-ID": given})
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"

    async def test_filters_hold_for_what_was_and_what_comes(self, home: Record, admin: Caller, reader: Caller) -> None:
        after = await head(admin)
        path = f"/events?after={after}&category=account&type=auth.account.registered&type=event.decision.recorded"
        async with stream_of(reader, path) as source:
            await admin.append(a_stream(), "a")
            newcomer = await home.caller()
            message = await source.next()
            assert (message.event, message.data["data"]["account_id"]) == (
                "auth.account.registered",
                newcomer.account_id,
            )

    async def test_a_person_is_sent_what_that_person_caused(self, home: Record, admin: Caller, reader: Caller) -> None:
        service = await home.caller("service")
        await service.append(a_stream(), "own 1")
        async with stream_of(replace(service, events=reader.events), "/events") as source:
            assert (await source.next()).data["data"]["title"] == "own 1"
            await admin.append(a_stream(), "another's")
            await service.append(a_stream(), "own 2")
            assert (await source.next()).data["data"]["title"] == "own 2"

    async def test_it_is_refused_as_lists_are(self, reader: Caller) -> None:
        for headers, status in (({}, 401), ({"Authorization": "Bearer x"}, 401)):
            answer = await reader.events.get("/events", headers={**headers, "Accept": "text/event-stream"})
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        answer = await reader.events.get(
            "/events?category=nothing",
            headers={"Authorization": f"Bearer {reader.access_token}", "Accept": "text/event-stream"},
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown-category")

    async def test_a_heartbeat_comes_when_nothing_else_does(
        self, monkeypatch: pytest.MonkeyPatch, admin: Caller, reader: Caller
    ) -> None:
        assert waiting.HEARTBEAT_SECONDS == 15
        monkeypatch.setattr(waiting, "HEARTBEAT_SECONDS", 0.2)
        async with stream_of(reader, f"/events?after={await head(admin)}&category=session") as source:
            for _ in range(4):
                assert (await source.block(within=2)).data is None

    async def test_it_ends_with_the_session(self, home: Record, admin: Caller, reader: Caller) -> None:
        person = await home.caller()
        own = replace(person, events=reader.events)
        async with stream_of(own, f"/events?after={await head(admin)}") as source:
            answer = await home.auth.post("/auth/logout", json={"refresh_token": person.refresh_token})
            assert answer.status_code == 204, answer.text
            await source.rest(within=10)

    async def test_it_ends_with_the_token(self, servers: Servers, home: Record, admin: Caller, reader: Caller) -> None:
        after, began = await head(admin), time.monotonic()
        short_lived = replace(reader, access_token=await _ending_soon(servers, home, admin))
        async with stream_of(short_lived, f"/events?after={after}") as source:
            assert await source.rest(within=10) == []
        assert time.monotonic() - began < 8

    async def test_a_client_that_does_not_read_is_dropped(
        self, monkeypatch: pytest.MonkeyPatch, app: FastAPI, home: Record, admin: Caller, http: httpx.AsyncClient
    ) -> None:
        monkeypatch.setattr(event_stream, "READ_SECONDS", 0.5)
        stream, after = a_stream(), await head(admin)
        for _ in range(12):
            body = [{"type": "event.decision.recorded", "data": {"title": "a", "outcome": "x" * 10_000}}] * 90
            assert (await admin.post(stream, {"expected_version": "any", "events": body})).status_code == 201
        with socket.create_connection((http.base_url.host, http.base_url.port or 0)) as client:
            head_lines = (
                f"GET /events?after={after} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                f"Authorization: Bearer {admin.access_token}\r\n\r\n"
            )
            client.sendall(head_lines.encode())
            await eventually(lambda: len(waiters_of(app, home)) == 1)
            await eventually(lambda: not waiters_of(app, home), within=15)
            client.settimeout(5)
            received = await asyncio.to_thread(_read_to_the_end, client)
        assert 0 < len(received) < 8 << 20
        assert not received.endswith(b"0\r\n\r\n")

    async def test_both_end_at_once_when_the_instance_is_told_to(
        self, servers: Servers, home: Record, admin: Caller, tmp_path: Path
    ) -> None:
        async with event_process(servers, tmp_path, home.territory) as process, process.client as client:
            caller = replace(admin, events=client)
            after = await head(admin)
            async with stream_of(caller, f"/events?after={after}") as source:
                waiter = asyncio.create_task(caller.get("/events", after=after, wait=30))
                await asyncio.wait([waiter], timeout=0.5)
                began = time.monotonic()
                await process.stop()
                assert await source.rest() == []
            answer = await waiter
            assert (answer.status_code, answer.json()["items"]) == (200, [])
            assert time.monotonic() - began < 5


def stream_of(
    caller: Caller, path: str, headers: dict[str, str] | None = None
) -> AbstractAsyncContextManager[EventSource]:
    return event_source(caller.events, path, caller.access_token, headers)


def waiters_of(app: FastAPI, place: Record) -> set[lookout.Waiter]:
    found: set[lookout.Waiter] = app.state.lookouts[place.territory.code].waiters
    return found


async def _is_sealed(caller: Caller, event_id: str) -> bool:
    return (await caller.get(f"/events/by-id/{event_id}")).json()["position"] is not None


async def _ending_soon(servers: Servers, place: Record, caller: Caller) -> str:
    """The caller's token, for two more seconds."""
    claims = jwt.decode(caller.access_token, options={"verify_signature": False})
    kid = jwt.get_unverified_header(caller.access_token)["kid"]
    seal = KeySeal(Secret(servers.secrets.read("jwt_secret")))
    keys = {key.kid: key for key in await find_signing_keys(place.pool)}
    private = seal.open(place.territory.code, kid, keys[kid].sealed_private_key)
    headers = jwt.get_unverified_header(caller.access_token)
    return jwt.encode({**claims, "exp": int(time.time()) + 3}, private, algorithm="EdDSA", headers=headers)


def _read_to_the_end(client: socket.socket) -> bytes:
    parts = []
    with suppress(ConnectionResetError):
        while part := client.recv(1 << 20):
            parts.append(part)
    return b"".join(parts)
