"""The first page in one call: all that can be had, at once; what is away, slow or broken takes nothing with it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import httpx
import pytest
import pytest_asyncio

from services.auth.app import create_app as create_auth
from services.auth.settings import AuthSettings
from shared.territory.territory import Territory
from tests.services.gateway.door import Door
from tests.services.gateway.upstream_server import Behaviour, Request, answer, upstream_at
from tests.support.citizen import PASSWORD, Json, unused_name
from tests.support.servers import Servers

TARGETS = {
    "profile": "/users/me",
    "feed": "/feed?scope=home&limit=20",
    "unread": "/notifications?unread=true&limit=1",
    "gatherings": "/gatherings?scope=mine&limit=5",
}
SERVICES = {"profile": "user", "feed": "community", "unread": "user", "gatherings": "community"}
# As no serializer would write them.
BODIES = {
    "profile": b'{ "id":"anna", "bio":"\\u00e6" }',
    "feed": b'{"items":[1.0e2,0.10],"next_cursor":null}',
    "unread": b'{"items":[],"next_cursor":null,"unread_count":3}',
    "gatherings": b'{"items":[],\n"next_cursor":null}',
}
POSITIONS = {"profile": 12, "feed": 9, "unread": 10, "gatherings": 11}
LONGEST_WAIT_SECONDS = 2.5

Behaviours = dict[str, Behaviour]


def says(raw: bytes, *, closes: bool = False) -> Behaviour:
    """Writes these bytes."""

    async def speak(_: Request, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        if closes:
            writer.close()

    return speak


def refuses(status: str, code: str) -> Behaviour:
    body = f'{{"code":"{code}","detail":"No.","instance":"/elsewhere"}}'.encode()
    return says(answer(body, status).replace(b"application/json", b"application/problem+json"))


async def hang(_: Request, reader: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    await reader.read()


async def trickle(_: Request, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An answer that never comes to its end."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n")
    while not writer.is_closing():
        writer.write(b"1\r\n \r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def flood(_: Request, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An answer that is longer than any page."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"100000\r\n" + b"{" * 0x100000 + b"\r\n")
        await writer.drain()


@dataclass(slots=True)
class Backstage:
    """Both services behind the gateway; each part of the page does what its behaviour says."""

    behaviours: Behaviours
    requests: list[Request]

    async def serve(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests.append(request)
        target = request.line.split()[1]
        (part,) = [name for name, known in TARGETS.items() if known == target]
        await self.behaviours[part](request, reader, writer)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Logged in, at the gateway."""

    door: Door
    access_token: str

    async def home(self, method: str = "GET", **headers: str) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.door.http.request(
            method, "/api/home", headers={"Authorization": f"Bearer {self.access_token}", **sent}
        )


@pytest_asyncio.fixture
async def anna(servers: Servers, territory: Territory, door: Door) -> Visitor:
    name = unused_name()
    body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
    async with servers.running(AuthSettings, create_auth, territory) as auth:
        answered = await auth.post("/auth/register", json=body)
    assert answered.status_code == 201, answered.text
    return Visitor(door, answered.json()["access_token"])


def working() -> Behaviours:
    return {part: says(answer(body, "200 OK", f"x-position: {POSITIONS[part]}")) for part, body in BODIES.items()}


@asynccontextmanager
async def backstage(
    sockets: Path, behaviours: Mapping[str, Behaviour] | None = None, *, away: str | None = None
) -> AsyncIterator[Backstage]:
    """Works but for the behaviours that are given, and the service that is away."""
    stage = Backstage({**working(), **(behaviours or {})}, [])
    async with AsyncExitStack() as running:
        for service in {"user", "community"} - {away}:
            await running.enter_async_context(upstream_at(sockets / f"{service}.sock", stage.serve))
        yield stage


def missing(page: Json) -> dict[str, str]:
    """Code by part; the page says the same of itself everywhere."""
    named = {each["part"]: each["code"] for each in page["unavailable"]}
    assert {part for part in TARGETS if page[part] is None} == named.keys()
    assert page["partial"] is bool(named)
    return named


class TestAWholePage:
    async def test_every_part_is_there_byte_for_byte(self, anna: Visitor, sockets: Path) -> None:
        async with backstage(sockets):
            page = await anna.home()
        assert page.status_code == 200
        members = b",".join(b'"%b":%b' % (part.encode(), body) for part, body in BODIES.items())
        assert page.content == b"{" + members + b',"partial":false,"unavailable":[]}'
        assert page.headers["content-type"] == "application/json"
        assert page.headers["cache-control"].startswith("private")

    async def test_it_is_as_new_as_its_oldest_part(self, anna: Visitor, sockets: Path) -> None:
        async with backstage(sockets):
            assert (await anna.home()).headers["x-position"] == "9"

    async def test_an_unchanged_one_is_not_sent_twice(self, anna: Visitor, sockets: Path) -> None:
        async with backstage(sockets) as stage:
            first = await anna.home()
            again = await anna.home(if_none_match=first.headers["etag"])
            assert (again.status_code, again.content) == (304, b"")
            stage.behaviours["unread"] = says(answer(BODIES["unread"].replace(b"3", b"4")))
            assert (await anna.home(if_none_match=first.headers["etag"])).json()["unread"]["unread_count"] == 4

    async def test_its_head_can_be_asked_for(self, anna: Visitor, sockets: Path) -> None:
        async with backstage(sockets):
            assert (await anna.home("HEAD")).headers["etag"] == (await anna.home()).headers["etag"]

    async def test_no_part_waits_for_another(self, anna: Visitor, sockets: Path) -> None:
        """None answers before all were asked."""
        asked = asyncio.Barrier(len(TARGETS))

        def together(does: Behaviour) -> Behaviour:
            async def wait(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await asked.wait()
                await does(request, reader, writer)

            return wait

        async with backstage(sockets, {part: together(does) for part, does in working().items()}):
            assert missing((await anna.home()).json()) == {}

    async def test_the_services_are_told_who_asks_and_nothing_else(self, anna: Visitor, sockets: Path) -> None:
        async with backstage(sockets) as stage:
            page = await anna.home(
                cookie="a=b", if_none_match='"x"', range="bytes=0-1", accept_encoding="br", x_user_id="root"
            )
            assert page.status_code == 200
        told = [dict(request.headers) for request in stage.requests]
        assert {headers["authorization"].split()[1] for headers in told} == {anna.access_token.lower()}
        assert {headers["x-request-id"] for headers in told} == {page.headers["x-request-id"]}
        assert {headers["x-request-timeout"] for headers in told} == {"2000"}
        names = {"host", "authorization", "x-request-id", "traceparent", "x-forwarded-for", "x-request-timeout"}
        assert {frozenset(headers) for headers in told} == {frozenset(names)}

    async def test_connections_to_the_services_are_kept(self, anna: Visitor, sockets: Path) -> None:
        async with backstage(sockets) as stage:
            for _ in range(5):
                await anna.home()
        assert max(request.connection for request in stage.requests) == 2


class TestAPartThatCannotBeHad:
    @pytest.mark.parametrize("away", ["community", "user"])
    async def test_a_service_that_is_away_takes_only_its_own_parts_with_it(
        self, anna: Visitor, sockets: Path, away: str
    ) -> None:
        gone = {part for part, service in SERVICES.items() if service == away}
        async with backstage(sockets, away=away):
            page = await anna.home()
        assert page.status_code == 200
        assert missing(page.json()) == dict.fromkeys(gone, "service-unavailable")
        assert page.headers["x-position"] == str(min(POSITIONS[part] for part in TARGETS.keys() - gone))

    async def test_a_page_with_a_hole_is_not_kept(self, anna: Visitor, sockets: Path) -> None:
        async with backstage(sockets, {"feed": refuses("503 Service Unavailable", "database-unavailable")}) as stage:
            first = await anna.home()
            assert missing(first.json()) == {"feed": "database-unavailable"}
            assert "etag" not in first.headers
            assert first.headers["cache-control"].startswith("private")
            assert (await anna.home(if_none_match="*")).status_code == 200
            stage.behaviours |= working()
            assert missing((await anna.home()).json()) == {}

    @pytest.mark.parametrize("slowly", [hang, trickle])
    async def test_one_that_is_too_slow_is_not_waited_for(
        self, anna: Visitor, sockets: Path, slowly: Behaviour
    ) -> None:
        async with backstage(sockets, {"gatherings": slowly, "unread": slowly}) as stage:
            began = monotonic()
            page = await anna.home()
            assert monotonic() - began < LONGEST_WAIT_SECONDS
            assert missing(page.json()) == dict.fromkeys(("gatherings", "unread"), "service-timeout")
            stage.behaviours |= working()
            assert missing((await anna.home()).json()) == {}

    async def test_however_often_one_is_too_slow_the_service_is_there_for_others(
        self, anna: Visitor, sockets: Path
    ) -> None:
        async with backstage(sockets, {"gatherings": hang}):
            pages = await asyncio.gather(*(anna.home() for _ in range(10)))
            assert [missing(page.json()) for page in pages] == [{"gatherings": "service-timeout"}] * 10

    @pytest.mark.parametrize(
        ("speaks", "code"),
        [
            (says(b"\x00\x01garbage\r\n\r\n", closes=True), "service-garbled"),
            (says(answer(b"garbage")), "service-garbled"),
            (says(answer(b"")), "service-garbled"),
            (says(answer(b'["a list"]')), "service-garbled"),
            (says(answer(b'{"a":1').replace(b"application/json", b"text/html")), "service-garbled"),
            (says(answer(b'{"cut":"sho').replace(b"length: 11", b"length: 99"), closes=True), "service-lost"),
            (says(b"HTTP/1.1 200 OK\r\ncontent-le", closes=True), "service-lost"),
            (says(b"", closes=True), "service-unavailable"),
            (says(answer(b"<html>", "500 Internal Server Error")), "service-garbled"),
            (says(answer(b'{"code":"<b>","detail":1}', "502 Bad Gateway")), "service-garbled"),
            (says(answer(b'{"code":7}', "204 No Content", "connection: close"), closes=True), "service-garbled"),
            (refuses("404 Not Found", "route-not-found"), "route-not-found"),
            (refuses("429 Too Many Requests", "rate-limited"), "rate-limited"),
            (flood, "service-garbled"),
        ],
    )
    async def test_what_is_no_answer_never_reaches_the_page(
        self, anna: Visitor, sockets: Path, speaks: Behaviour, code: str
    ) -> None:
        async with backstage(sockets, {"feed": speaks}):
            page = await anna.home()
        assert page.status_code == 200
        assert missing(page.json()) == {"feed": code}


class TestNoPage:
    async def test_without_any_part_it_is_away(self, anna: Visitor) -> None:
        page = await anna.home()
        assert (page.status_code, page.json()["code"]) == (503, "home-unavailable")
        assert [error["pointer"] for error in page.json()["errors"]] == [f"/{part}" for part in TARGETS]
        assert {error["code"] for error in page.json()["errors"]} == {"service-unavailable"}
        assert int(page.headers["retry-after"]) >= 1

    @pytest.mark.parametrize(
        ("status", "code"), [("401 Unauthorized", "session-revoked"), ("403 Forbidden", "account-suspended")]
    )
    async def test_whoever_is_refused_a_part_is_refused_the_page(
        self, anna: Visitor, sockets: Path, status: str, code: str
    ) -> None:
        broken = {"feed": refuses("500 Internal Server Error", "internal-error"), "unread": refuses(status, code)}
        async with backstage(sockets, broken):
            page = await anna.home()
        assert (page.status_code, page.json()["code"]) == (int(status[:3]), code)
        assert page.json()["instance"] == "/home"
        assert page.json()["request_id"] == page.headers["x-request-id"]
        assert "profile" not in page.json()

    async def test_nobody_has_one_without_a_token(self, door: Door, sockets: Path) -> None:
        async with backstage(sockets) as stage:
            assert await door.code_of("GET", "/api/home") == (401, "token-missing")
            assert await door.code_of("POST", "/api/home") == (405, "method-not-allowed")
        assert stage.requests == []
