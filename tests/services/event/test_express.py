"""Appending over real connections: what comes whole goes by the express lane, and nobody can tell but by the pace."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path

import orjson
import pytest
import pytest_asyncio

from services.auth.roles.commands import revoke_role
from shared.events import store
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM, Position, new_id
from shared.observability.request_context import new_context
from tests.services.event.record import Caller, Record, a_stream
from tests.support.citizen import Json
from tests.support.event_process import EventProcess, event_process
from tests.support.eventually import eventually
from tests.support.servers import Servers
from tests.support.service_process import RawAnswer, read_answer

DECISION = {"type": "event.decision.recorded", "data": {"title": "A tree", "outcome": "yes"}}


@pytest_asyncio.fixture(scope="module")
async def service(
    servers: Servers, home: Record, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[EventProcess]:
    async with event_process(servers, tmp_path_factory.mktemp("express"), home.territory) as running:
        yield running


def request_bytes(
    caller: Caller, stream: str, body: Json, headers: Mapping[str, str] | None = None, *, version: str = "1.1"
) -> bytes:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {
        "Host": "pod",
        "Authorization": f"Bearer {caller.access_token}",
        "Content-Type": "application/json",
        "Content-Length": str(len(raw)),
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST /events/streams/{stream} HTTP/{version}\r\n{head}\r\n".encode() + raw


def one(expected: int | str = "any", **more: Json) -> Json:
    return {"expected_version": expected, "events": [{**DECISION, **more}]}


async def exchange(service: EventProcess, *pieces: bytes) -> RawAnswer:
    """Each piece arrives by itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            # Another request's answer says that what was sent before has been looked at.
            async with service.client as other:
                await other.get("/events/head")
        async with asyncio.timeout(15):
            return await read_answer(reader)
    finally:
        writer.close()


async def express_count(service: EventProcess) -> int:
    async with service.client as client:
        text = (await client.get("/metrics")).text
    found = re.search(r'http_express_requests_total\{route="/events/streams/\{stream\}"\} (\d+)', text)
    return int(found[1]) if found else 0


async def is_warm(service: EventProcess, admin: Caller) -> None:
    """The first request of somebody has their token and roles looked at."""
    answer = await exchange(service, request_bytes(admin, a_stream(), one()))
    assert answer.status == 201, answer.body


async def test_whoever_appends_again_soon_takes_the_express_lane(service: EventProcess, admin: Caller) -> None:
    await is_warm(service, admin)
    before = await express_count(service)
    stream = a_stream()
    answer = await exchange(service, request_bytes(admin, stream, one("none"), {"X-Request-ID": "abc-1"}))
    assert await express_count(service) == before + 1
    assert answer.status == 201
    body = orjson.loads(answer.body)
    assert body == {"stream": stream, "first_version": 1, "last_version": 1, "ids": body["ids"]}
    assert answer.headers["x-event-id"] == body["ids"][0]
    assert answer.headers["x-request-id"] == "abc-1"
    stored = (await admin.get(f"/events/streams/{stream}")).json()["items"]
    assert [(e["id"], e["actor"], e["metadata"]["request_id"]) for e in stored] == [
        (body["ids"][0], admin.account_id, "abc-1")
    ]


KNOWN = str(new_id())
REFUSED: dict[str, tuple[Json, Mapping[str, str]]] = {
    "not where it was thought to be": (one(7), {}),
    "an unknown type": (one(type="event.tree.felled"), {}),
    "not of its form": (one(data={"title": ""}), {}),
    "an unknown field": ({**one(), "more": 1}, {}),
    "nothing": (b"", {}),
    "not JSON": (b"{", {}),
    "a number beyond 64 bits": (one(data={"title": "A", "outcome": "yes", "reference": 10**30}), {}),
    "not said to be JSON": (one(), {"Content-Type": "text/plain"}),
    "compressed": (one(), {"Content-Encoding": "gzip"}),
    "another's token": (one(), {"Authorization": "Bearer nonsense"}),
    "no token": (one(), {"Authorization": ""}),
    "an unreadable key": (one(), {"Idempotency-Key": "a b"}),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_is_refused_is_refused_in_the_same_words(service: EventProcess, admin: Caller, what: str) -> None:
    body, headers = REFUSED[what]
    await is_warm(service, admin)
    stream = a_stream()
    sent = request_bytes(admin, stream, body, {**headers, "X-Request-ID": "same"})
    whole = await exchange(service, sent)
    await is_warm(service, admin)
    middle = sent.index(b"\r\n\r\n") + 2
    in_pieces = await exchange(service, sent[:middle], sent[middle:])
    assert whole.status == in_pieces.status
    assert 400 <= whole.status < 500
    assert orjson.loads(whole.body) == orjson.loads(in_pieces.body)
    assert {**whole.headers, "date": ""} == {**in_pieces.headers, "date": ""}
    assert (await admin.get(f"/events/streams/{stream}")).json()["items"] == []


async def test_a_named_event_that_is_sent_again_stands_once(service: EventProcess, admin: Caller) -> None:
    await is_warm(service, admin)
    stream, known = a_stream(), str(new_id())
    answers = [await exchange(service, request_bytes(admin, stream, one("none", id=known))) for _ in range(3)]
    assert [answer.status for answer in answers] == [201] * 3
    assert len({answer.body for answer in answers}) == 1
    other = one(id=known, data={"title": "Another", "outcome": "no"})
    refused = await exchange(service, request_bytes(admin, stream, other))
    assert (refused.status, refused.code) == (409, "event-id-conflict")


async def test_requests_that_come_together_are_answered_in_their_order(service: EventProcess, admin: Caller) -> None:
    await is_warm(service, admin)
    stream = a_stream()
    numbers = range(1, 13)
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    writer.write(b"".join(request_bytes(admin, stream, one(), {"X-Request-ID": f"r-{n}"}) for n in numbers))
    async with asyncio.timeout(15):
        answers = [await read_answer(reader) for _ in numbers]
    writer.close()
    assert [answer.headers["x-request-id"] for answer in answers] == [f"r-{n}" for n in numbers]
    assert [orjson.loads(answer.body)["last_version"] for answer in answers] == list(numbers)


async def test_a_connection_that_is_not_to_be_kept_is_closed_after_the_answer(
    service: EventProcess, admin: Caller
) -> None:
    await is_warm(service, admin)
    for asked in (
        request_bytes(admin, a_stream(), one(), {"Connection": "close"}),
        request_bytes(admin, a_stream(), one(), version="1.0"),
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        writer.write(asked)
        async with asyncio.timeout(15):
            assert (await read_answer(reader)).status == 201
            assert await reader.read() == b""
        writer.close()


async def test_a_reason_and_an_origin_are_kept_whichever_way_it_went(service: EventProcess, admin: Caller) -> None:
    await is_warm(service, admin)
    for headers in ({}, {"X-Reason": "Because"}):
        given = {"X-Forwarded-For": "192.0.2.7", "User-Agent": "a browser", **headers}
        answer = await exchange(service, request_bytes(admin, a_stream(), one(), given))
        event_id = answer.headers["x-event-id"]

        async def entry(event_id: str = event_id) -> Json:
            items = (await admin.get("/audit", order="desc", limit=50)).json()["items"]
            return next((item for item in items if item["event_id"] == event_id), None)

        found = await eventually(entry)
        assert found["reason"] == headers.get("X-Reason")
        assert (found["origin"]["address"], found["origin"]["user_agent"]) == ("192.0.2.7", "a browser")


async def test_a_role_that_is_taken_away_is_missed_within_two_seconds(service: EventProcess, home: Record) -> None:
    clerk = await home.caller("service")

    async def status() -> int:
        return (await exchange(service, request_bytes(clerk, a_stream(), one()))).status

    assert [await status() for _ in range(3)] == [201] * 3
    username = (await home.auth.get("/auth/me", headers={"Authorization": f"Bearer {clerk.access_token}"})).json()
    context = new_context()
    async with unit_of_work(home.pool, home.territory, SYSTEM, person_keys=None, context=context) as work:
        await revoke_role(work, username["username"], "service")

    async def is_forbidden() -> bool:
        return await status() == 403

    await eventually(is_forbidden, within=2)


async def test_nothing_acknowledged_is_lost_when_the_service_is_told_to_stop(
    servers: Servers, home: Record, admin: Caller, tmp_path: Path
) -> None:
    async with event_process(servers, tmp_path, home.territory) as leaving:
        await is_warm(leaving, admin)
        answered: dict[str, int] = {}

        async def write() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", leaving.port)
            with suppress(OSError, asyncio.IncompleteReadError):
                while True:
                    known = str(new_id())
                    writer.write(request_bytes(admin, a_stream(), one("none", id=known)))
                    answered[known] = (await read_answer(reader)).status
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

        writers = [asyncio.create_task(write()) for _ in range(8)]
        await eventually(lambda: len(answered) > 200)
        await leaving.stop()
        async with asyncio.timeout(15):
            await asyncio.gather(*writers)
    assert set(answered.values()) <= {201, 503}
    acknowledged = {known for known, status in answered.items() if status == 201}

    async def all_stand() -> bool:
        events = await store.read_after(home.pool, Position(0), 10_000)
        return acknowledged <= {str(event.id) for event in events}

    await eventually(all_stand)
