"""What passes between a client and a service, and what a client is told when the service fails."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from services.gateway.app import create_app
from services.gateway.policies.route_table import API
from services.gateway.settings import GatewaySettings
from shared.identifiers import new_id
from shared.territory.territory import Territory
from tests.services.gateway.door import Door, open_door
from tests.services.gateway.upstream_server import Behaviour, Request, UpstreamServer, answer, upstream_at
from tests.services.gateway.wire import get, wire
from tests.support.eventually import eventually
from tests.support.servers import Servers

BIG = 900_000


async def answer_at_once(_: Request, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(answer())


async def close_at_once(_: Request, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


def says(raw: bytes) -> Behaviour:
    """Writes these bytes and closes."""

    async def speak(_: Request, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        writer.close()

    return speak


class TestARequestThatPasses:
    async def test_its_path_loses_the_prefix_and_keeps_the_query(self, door: Door, sockets: Path) -> None:
        async with upstream_at(sockets / "user.sock", answer_at_once) as upstream:
            for path in ("/api/users/anna?x=1&y=%20", "/api/v1/users/anna?x=1&y=%20"):
                assert (await door.http.get(path)).status_code == 200
        assert [request.line for request in upstream.requests] == ["GET /users/anna?x=1&y=%20 HTTP/1.1"] * 2

    async def test_the_service_is_told_the_territory_and_nothing_that_was_forged(
        self, door: Door, sockets: Path
    ) -> None:
        forged = {
            "X-Territory-ID": "nonsense",
            "X-User-ID": "root",
            "X-Forwarded-For": "10.0.0.1",
            "Forwarded": "for=10.0.0.1",
            "Host": "tt-nobody.localhost",
        }
        async with upstream_at(sockets / "user.sock", answer_at_once) as upstream:
            refused = await door.http.get("/api/users/anna", headers=forged)
            assert (refused.status_code, refused.json()["code"]) == (421, "unknown-host")
            del forged["Host"], forged["X-Territory-ID"]
            await door.http.get("/api/users/anna", headers=forged)
        (told,) = (request.headers for request in upstream.requests)
        assert told["x-territory-id"].startswith("tt-")
        assert told["x-forwarded-for"] == "127.0.0.1"
        assert not {"x-user-id", "forwarded"} & set(told)

    async def test_the_request_id_is_the_same_on_both_sides(self, door: Door, sockets: Path) -> None:
        sent = str(new_id())
        async with upstream_at(sockets / "user.sock", answer_at_once) as upstream:
            answered = await door.http.get("/api/users/anna", headers={"X-Request-ID": sent})
        assert answered.headers["x-request-id"] == upstream.requests[0].headers["x-request-id"] == sent

    async def test_a_big_body_comes_through_whole_in_both_directions(self, door: Door, sockets: Path) -> None:
        async def echo(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(answer(await reader.readexactly(request.length)))

        sent = bytes(range(256)) * (BIG // 256)
        async with upstream_at(sockets / "user.sock", echo):
            answered = await door.http.post("/api/files", content=sent)
        assert answered.content == sent

    async def test_an_answer_streams_before_it_is_over(self, door: Door, sockets: Path) -> None:
        go_on = asyncio.Event()

        async def slowly(_: Request, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n")
            await go_on.wait()
            writer.write(b"4\r\nlast\r\n0\r\n\r\n")

        async with upstream_at(sockets / "user.sock", slowly), door.http.stream("GET", "/api/users/anna") as answered:
            chunks = answered.aiter_raw()
            assert await anext(chunks) == b"first"
            go_on.set()
            assert b"".join([chunk async for chunk in chunks]) == b"last"

    async def test_its_head_alone_does_not_wait_for_a_body_without_an_end(self, door: Door, sockets: Path) -> None:
        left = asyncio.Event()

        async def stream(_: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
            await reader.read()
            left.set()
            writer.close()

        headers = {"Accept": "text/event-stream"}
        async with upstream_at(sockets / "user.sock", stream), wire(door) as client, asyncio.timeout(10):
            for _ in range(2):
                head = await client.ask(get("/api/users/anna", headers, method="HEAD"))
                assert (head.status, head["content-type"]) == (200, "text/event-stream")
            assert (await client.ask(get("/api/territory"))).status == 200
            await left.wait()

    async def test_connections_to_the_service_are_kept(self, door: Door, sockets: Path) -> None:
        async with upstream_at(sockets / "user.sock", answer_at_once) as upstream:
            for _ in range(10):
                await door.http.get("/api/users/anna")
        assert upstream.connections == 1


class TestAServiceThatFails:
    async def test_one_that_is_away_is_said_to_be_within_moments(self, door: Door) -> None:
        began = asyncio.get_running_loop().time()
        for _ in range(20):
            assert await door.code_of("GET", "/api/users/anna") == (503, "service-unavailable")
        assert asyncio.get_running_loop().time() - began < 2

    async def test_one_that_comes_back_is_used_again(self, door: Door, sockets: Path) -> None:
        for _ in range(10):
            await door.code_of("GET", "/api/users/anna")

        async def is_answered() -> bool:
            return (await door.http.get("/api/users/anna")).status_code == 200

        async with upstream_at(sockets / "user.sock", answer_at_once):
            await eventually(is_answered, within=5)

    async def test_the_others_go_on(self, door: Door, sockets: Path) -> None:
        async with upstream_at(sockets / "user.sock", answer_at_once):
            for _ in range(10):
                assert await door.code_of("GET", "/api/posts/0190a2b4-5c6d-7e8f-9a0b-1c2d3e4f5a6b") == (
                    503,
                    "service-unavailable",
                )
                assert (await door.http.get("/api/users/anna")).status_code == 200

    async def test_its_death_before_the_head_is_a_problem(self, door: Door, sockets: Path) -> None:
        async with upstream_at(sockets / "user.sock", close_at_once):
            assert await door.code_of("GET", "/api/users/anna") == (503, "service-unavailable")

    async def test_its_death_within_the_head_is_a_problem(self, door: Door, sockets: Path) -> None:
        async with upstream_at(sockets / "user.sock", says(b"HTTP/1.1 200 OK\r\ncontent-le")):
            assert await door.code_of("GET", "/api/users/anna") == (502, "service-lost")

    @pytest.mark.parametrize(
        "raw", [b"\x00\x01garbage\r\n\r\n", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 two hundred\r\n\r\n"]
    )
    async def test_what_is_not_http_is_a_problem(self, door: Door, sockets: Path, raw: bytes) -> None:
        async with upstream_at(sockets / "user.sock", says(raw)):
            assert await door.code_of("GET", "/api/users/anna") == (502, "service-garbled")

    @pytest.mark.parametrize("line", [b"x-more: and more\r\n", b"HTTP/1.1 102 Processing\r\n\r\n"])
    async def test_a_head_without_an_end_is_not_kept(self, door: Door, sockets: Path, line: bytes) -> None:
        async def go_on(_: Request, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 102 Processing\r\n\r\n" if line.startswith(b"HTTP") else b"HTTP/1.1 200 OK\r\n")
            while not writer.is_closing():
                writer.write(line * 1000)
                await writer.drain()

        async with asyncio.timeout(10), upstream_at(sockets / "user.sock", go_on):
            assert await door.code_of("GET", "/api/users/anna") == (502, "service-garbled")

    @pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
    async def test_an_answer_without_a_body_has_no_length(self, door: Door, sockets: Path, status: str) -> None:
        async with upstream_at(sockets / "user.sock", says(f"HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\n".encode())):
            answered = await door.http.get("/api/users/anna")
        assert answered.status_code == int(status[:3])
        assert "content-length" not in answered.headers

    async def test_its_death_after_the_head_cuts_the_answer_visibly(self, door: Door, sockets: Path) -> None:
        half = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"
        async with upstream_at(sockets / "user.sock", says(half)):
            received = await door.raw(b"GET /api/users/anna HTTP/1.1\r\nHost: localhost\r\n\r\n")
        head, _, body = received.partition(b"\r\n\r\n")
        assert b"content-length: 10" in head.lower()
        assert body == b"half"

    async def test_one_that_hangs_is_given_the_time_of_its_route(
        self, servers: Servers, territory: Territory, sockets: Path
    ) -> None:
        hurried = [replace(route, timeout_seconds=0.5) for route in API]
        settings = servers.settings(GatewaySettings, territory, upstream_url=f"unix:{sockets}/{{service}}.sock")
        forever = asyncio.Event()

        async def hang(_: Request, __: asyncio.StreamReader, ___: asyncio.StreamWriter) -> None:
            await forever.wait()

        async with upstream_at(sockets / "user.sock", hang), open_door(create_app(settings, hurried)) as door:
            began = asyncio.get_running_loop().time()
            for method in ("GET", "HEAD"):
                answered = await door.http.request(method, "/api/users/anna")
                assert answered.status_code == 504
            assert 1.0 <= asyncio.get_running_loop().time() - began < 5
            forever.set()

    async def test_it_may_answer_before_it_has_read_the_body(self, door: Door, sockets: Path) -> None:
        refusal = answer(b'{"code":"no"}', "413 Content Too Large", "connection: close")
        async with upstream_at(sockets / "user.sock", says(refusal)):
            answered = await door.http.post("/api/files", content=b"x" * BIG)
        assert answered.status_code in {413, 502, 503}


class TestAKeptConnectionThatTheServiceClosed:
    async def closed_after_one(self, door: Door, upstream: UpstreamServer) -> None:
        """Have one connection kept by the gateway that dies with the next request's first byte."""
        assert (await door.http.get("/api/users/anna")).status_code == 200
        assert upstream.connections == 1

    async def test_a_get_is_sent_again_once(self, door: Door, sockets: Path) -> None:
        async def only_once_each(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            seen = [other for other in upstream.requests if other.connection == request.connection]
            await (answer_at_once if len(seen) == 1 else close_at_once)(request, reader, writer)

        async with upstream_at(sockets / "user.sock", only_once_each) as upstream:
            await self.closed_after_one(door, upstream)
            assert (await door.http.get("/api/users/bodil")).status_code == 200
        assert [request.line.split()[1] for request in upstream.requests] == [
            "/users/anna",
            "/users/bodil",
            "/users/bodil",
        ]

    async def test_a_post_never_is(self, door: Door, sockets: Path) -> None:
        async def no_posts(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            is_post = request.line.startswith("POST")
            await (close_at_once if is_post else answer_at_once)(request, reader, writer)

        async with upstream_at(sockets / "user.sock", no_posts) as upstream:
            await self.closed_after_one(door, upstream)
            assert await door.code_of("POST", "/api/files", b"{}") == (503, "service-unavailable")
            assert await door.code_of("POST", "/api/files") == (503, "service-unavailable")
        assert sum(request.line.startswith("POST") for request in upstream.requests) == 2

    async def test_one_closed_while_idle_is_not_noticed_by_anyone(self, door: Door, sockets: Path) -> None:
        async with upstream_at(sockets / "user.sock", answer_at_once) as upstream:
            await self.closed_after_one(door, upstream)
            upstream.close_all()
            for method, path in (("GET", "/api/users/anna"), ("POST", "/api/files")):
                assert (await door.http.request(method, path)).status_code == 200


class TestAClientThatBreaksOff:
    async def test_unfinished_uploads_close_the_service_to_nobody(self, door: Door, sockets: Path) -> None:
        async def read_body(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readexactly(request.length)
            writer.write(answer())

        async with upstream_at(sockets / "user.sock", read_body) as upstream:
            for number in range(1, 11):
                _, writer = await asyncio.open_connection("127.0.0.1", door.port)
                writer.write(b"POST /api/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
                await eventually(lambda number=number: len(upstream.requests) == number)  # type: ignore[misc]  # the loop's variable bound at once
                writer.close()
            assert (await door.http.post("/api/files", content=b"whole")).status_code == 200

    async def test_an_unread_answer_is_given_to_nobody_else(self, door: Door, sockets: Path) -> None:
        secret = b"s" * BIG

        async def big_then_small(request: Request, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(answer(secret if "secret" in request.line else b"small"))

        async with upstream_at(sockets / "user.sock", big_then_small):
            for _ in range(5):
                async with door.http.stream("GET", "/api/users/secret") as answered:
                    assert answered.status_code == 200
                assert (await door.http.get("/api/users/anna")).content == b"small"
