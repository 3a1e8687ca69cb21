"""What is refused at the door: no service hears of it, and the answer is what the service would have said."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.services.gateway.door import Door
from tests.services.gateway.test_proxy import answer_at_once
from tests.services.gateway.upstream_server import Request, answer, upstream_at

ANNA = {"username": "anna", "email": "anna@example.org", "password": "a sentence is a good password"}
JSON = {"Content-Type": "application/json"}
SOME_ID = "0199c5a2-7d5e-7c33-8c6e-0d6f5f1f2a3b"


def nested(depth: int) -> bytes:
    return b'{"username":' + b"[" * depth + b"]" * depth + b"}"


async def whole_body(request: Request, reader: asyncio.StreamReader) -> bytes:
    """Of a length, or in chunks."""
    if "content-length" in request.headers:
        return await reader.readexactly(request.length)
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    return body


class TestABody:
    async def test_every_wrong_field_is_named(self, door: Door, sockets: Path) -> None:
        body = {"username": "a b", "password": 7, "display_name": "  ", "invitation": None, "a/b": 1}
        async with upstream_at(sockets / "auth.sock", answer_at_once) as upstream:
            refused = await door.http.post("/api/auth/register", json=body)
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (422, "validation-failed")
        assert {fault["pointer"]: fault["code"] for fault in problem["errors"]} == {
            "/username": "string-pattern-mismatch",
            "/email": "missing",
            "/password": "string-type",
            "/display_name": "string-too-short",
            "/a~1b": "extra-forbidden",
        }
        assert "a b" not in refused.text
        assert upstream.requests == []

    @pytest.mark.parametrize(
        ("content", "headers", "problem"),
        [
            (b"{", JSON, (400, "malformed-json")),
            (b"\xff", JSON, (400, "malformed-json")),
            (b'{"username": NaN}', JSON, (400, "malformed-json")),
            (b'{"username": "\\u0000"}', JSON, (422, "json-not-storable")),
            (b'{"username": "\\ud800"}', JSON, (422, "json-not-storable")),
            (b'{"username": 1e400}', JSON, (400, "malformed-json")),
            (b'{"username": 18446744073709551616}', JSON, (422, "json-not-storable")),
            (nested(40), JSON, (422, "json-not-storable")),
            (b"", JSON, (422, "validation-failed")),
            (b"", {}, (422, "validation-failed")),
            (b"[]", JSON, (422, "validation-failed")),
            (b"null", JSON, (422, "validation-failed")),
            (b"username=anna", {"Content-Type": "application/x-www-form-urlencoded"}, (415, "unsupported-media-type")),
            (b"{}", {}, (415, "unsupported-media-type")),
            (b"{}", {**JSON, "Content-Encoding": "gzip"}, (415, "unsupported-encoding")),
            (b"{}" + b" " * 65536, JSON, (413, "body-too-large")),
        ],
    )
    async def test_one_that_is_none_goes_no_further(
        self, door: Door, sockets: Path, content: bytes, headers: dict[str, str], problem: tuple[int, str]
    ) -> None:
        async with upstream_at(sockets / "auth.sock", answer_at_once) as upstream:
            refused = await door.http.post("/api/auth/register", content=content, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == problem
        assert upstream.requests == []

    async def test_one_of_two_media_types_is_of_none(self, door: Door) -> None:
        head = b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n"
        types = b"Content-Type: application/json\r\nContent-Type: text/plain\r\n\r\n"
        assert (await door.raw(head + types + b"{}")).startswith(b"HTTP/1.1 415")

    async def test_one_that_is_too_large_is_refused_before_it_is_sent(self, door: Door) -> None:
        head = b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 20000\r\n\r\n"
        assert (await door.raw(head)).startswith(b"HTTP/1.1 413")

    async def test_one_without_a_length_is_refused_as_soon_as_it_is_too_large(self, door: Door, sockets: Path) -> None:
        head = b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        head += b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        async with upstream_at(sockets / "auth.sock", answer_at_once) as upstream:
            received = await door.raw(head + b"5000\r\n" + b" " * 0x5000 + b"\r\n")
        assert received.startswith(b"HTTP/1.1 413")
        assert upstream.requests == []

    @pytest.mark.parametrize("form", ["chunked", "whole"])
    async def test_one_that_is_right_comes_to_the_service_to_the_byte(
        self, door: Door, sockets: Path, form: str
    ) -> None:
        async def echo(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(answer(await whole_body(request, reader)))

        sent = json.dumps({**ANNA, "display_name": "Änna \u20ac"}, indent=2).encode() + b"\n"

        async def in_parts() -> AsyncIterator[bytes]:
            yield sent[:10]
            yield sent[10:]

        headers = {"Content-Type": "application/merge-patch+json; charset=utf-8"}
        async with upstream_at(sockets / "auth.sock", echo):
            content = in_parts() if form == "chunked" else sent
            answered = await door.http.post("/api/auth/register", content=content, headers=headers)
        assert answered.content == sent

    async def test_what_the_document_does_not_call_json_streams_through(self, door: Door, sockets: Path) -> None:
        async def count(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            left = request.length
            while left:
                left -= len(await reader.read(1 << 16))
            writer.write(answer(str(request.length).encode()))

        files = {"file": ("boat.jpg", b"\xff" * 3_000_000, "image/jpeg")}
        async with upstream_at(sockets / "user.sock", count):
            answered = await door.http.post("/api/files", files=files)
        assert int(answered.content) > 3_000_000


class TestAPathAndAQuery:
    @pytest.mark.parametrize(
        ("path", "pointers"),
        [
            ("/api/posts/17", ["path:post_id"]),
            (f"/api/posts/{SOME_ID}x", ["path:post_id"]),
            (f"/api/posts/{SOME_ID}/comments?limit=101&cursor={'x' * 2049}", ["?cursor", "?limit"]),
            ("/api/users/a", ["path:id_or_username"]),
            ("/api/search", ["?q"]),
            ("/api/search?q=&type=boat", ["?q", "?type"]),
            ("/api/events/0/proof?tree_size=x", ["?tree_size", "path:position"]),
        ],
    )
    async def test_a_wrong_one_is_named(self, door: Door, path: str, pointers: list[str]) -> None:
        refused = await door.http.get(path)
        assert (refused.status_code, refused.json()["code"]) == (422, "validation-failed")
        assert sorted(fault["pointer"] for fault in refused.json()["errors"]) == pointers

    @pytest.mark.parametrize(
        "path",
        [
            f"/posts/{SOME_ID.upper()}",
            f"/posts/urn:uuid:{SOME_ID}",
            f"/posts/{SOME_ID}/comments?limit=5&limit=7&unknown=1&cursor=",
            f"/posts/{SOME_ID}?anything=at%00all",
        ],
    )
    async def test_one_that_the_service_takes_is_passed_on_as_it_is(self, door: Door, sockets: Path, path: str) -> None:
        async with upstream_at(sockets / "community.sock", answer_at_once) as upstream:
            assert (await door.http.get(f"/api{path}")).status_code == 200
        assert upstream.requests[0].line == f"GET {path} HTTP/1.1"

    async def test_a_body_where_none_is_asked_for_is_passed_on_and_none_of_the_doors_business(
        self, door: Door, sockets: Path
    ) -> None:
        async with upstream_at(sockets / "user.sock", answer_at_once):
            answered = await door.http.request("GET", "/api/users/anna", content=b"not json")
        assert answered.status_code == 200


class TestATokenThatIsMissing:
    @pytest.mark.parametrize(
        ("method", "path"),
        [("GET", "/api/users/me"), ("POST", "/api/communities"), ("DELETE", f"/api/auth/sessions/{SOME_ID}")],
    )
    async def test_nothing_else_is_looked_at(self, door: Door, method: str, path: str) -> None:
        refused = await door.http.request(method, path, content=b"{" if method == "POST" else None)
        assert (refused.status_code, refused.json()["code"]) == (401, "token-missing")
        assert refused.headers["www-authenticate"].startswith("Bearer")


class TestADeadline:
    async def test_the_service_is_told_how_long_it_has_and_a_client_cannot_say_so(
        self, door: Door, sockets: Path
    ) -> None:
        async with upstream_at(sockets / "search.sock", answer_at_once) as upstream:
            await door.http.get("/api/search?q=boats", headers={"X-Request-Timeout": "1"})
        assert upstream.requests[0].headers["x-request-timeout"] == "10000"
