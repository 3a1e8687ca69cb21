"""What the gateway answers for itself, on raw bytes."""

import json

import pytest

from shared.territory.territory import Territory
from tests.services.gateway.door import Door
from tests.support.servers import Servers

FOUNDER = "01a21a27-2d78-7271-8be8-41aa4348affa"

HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def read_problem(received: bytes) -> tuple[int, str]:
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower(), received
    assert b"x-request-id: " in head.lower(), received
    assert b"content-security-policy: default-src 'none';" in head.lower(), received
    return int(head.split()[1]), str(json.loads(body)["code"])


class TestAHandshake:
    @pytest.mark.parametrize(
        ("path", "host", "problem"),
        [
            ("/ws", "localhost", (503, "service-unavailable")),
            ("/api/ws", "localhost", (503, "service-unavailable")),
            ("/nothing", "localhost", (404, "route-not-found")),
            ("/ws", "evil.example", (421, "unknown-host")),
            ("/ws", "a@b", (400, "bad-host")),
            ("/ws", "localhost:99999", (400, "bad-host")),
            ("/ws", "localhost/x", (400, "bad-host")),
        ],
    )
    async def test_one_that_cannot_be_is_answered_with_a_problem(
        self, door: Door, path: str, host: str, problem: tuple[int, str]
    ) -> None:
        assert read_problem(await door.raw(HANDSHAKE.format(path=path, host=host).encode())) == problem


class TestARequestLine:
    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("GET http://evil.example/api/territory HTTP/1.1", (400, "bad-host")),
            ("GET //evil.example/api/territory HTTP/1.1", (400, "bad-path")),
            ("GET /api/../metrics HTTP/1.1", (400, "bad-path")),
            ("GET /metrics HTTP/1.1", (404, "route-not-found")),
            ("TRACE /api/territory HTTP/1.1", (405, "method-not-allowed")),
            ("PROPFIND /api/territory HTTP/1.1", (405, "method-not-allowed")),
            ("POST /api/territory HTTP/1.1", (405, "method-not-allowed")),
            ("OPTIONS /api/territory HTTP/1.1", (405, "method-not-allowed")),
            ("CONNECT localhost:80 HTTP/1.1", (400, "bad-request")),
            ("nonsense", (400, "bad-request")),
        ],
    )
    async def test_one_that_is_not_served_is_answered_with_a_problem(
        self, door: Door, line: str, problem: tuple[int, str]
    ) -> None:
        sent = f"{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        assert read_problem(await door.raw(sent)) == problem

    async def test_a_target_with_the_same_host_is_served(self, door: Door) -> None:
        sent = b"GET http://localhost/api/territory HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        assert (await door.raw(sent)).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("path", ["/api/territory", "/api/communities", "/api/openapi.json", "/api/docs", "/health"])
async def test_whatever_is_read_can_be_asked_for_its_head(door: Door, path: str) -> None:
    whole, head = await door.http.get(path), await door.http.head(path)
    assert (whole.status_code, head.status_code, head.content) == (200, 200, b"")
    assert whole.headers["content-type"] == head.headers["content-type"]


async def test_what_the_gateway_reads_itself_is_not_sent_again_unchanged(door: Door) -> None:
    first = await door.http.get("/api/communities")
    again = await door.http.get("/api/communities", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "text",
    ['He said "boats"', "back\\slash, a/slash", "line\nbreak\tand\x01", "Smørrebrød 🚢", "'; DROP TABLE x; --", ""],
)
async def test_the_directory_shows_what_was_written(
    servers: Servers, territory: Territory, door: Door, text: str
) -> None:
    connection = await servers.postgres.connect_to(territory.database)
    await connection.execute(
        f"INSERT INTO {territory.schema}.communities (id, slug, name, description, visibility, join_policy, kind,"  # noqa: S608 (our own schema)
        " founder_id, member_count, created_at, version)"
        " VALUES ($1, 'boats', $2, $2, 'public', 'open', 'forum', $1, 3, '2026-11-26 12:00:00.5+01', 1)",
        FOUNDER,
        text,
    )
    await connection.close()
    (item,) = (await door.http.get("/api/communities")).json()["items"]
    assert item == {
        "id": FOUNDER,
        "slug": "boats",
        "name": text,
        "description": text,
        "visibility": "public",
        "member_count": 3,
        "created_at": "2026-11-26T11:00:00.500000Z",
    }
