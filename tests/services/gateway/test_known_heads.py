"""What a browser says again and again is read once: nobody is taken for another by it, nothing gets past a limit."""

from pathlib import Path
from time import monotonic

import pytest

from services.auth.app import create_app as create_auth
from services.auth.settings import AuthSettings
from shared.service import express_protocol
from shared.service.known_heads import MOST_BLOCKS, Head, KnownHeads
from shared.territory.territory import Territory
from tests.services.gateway.door import Door
from tests.services.gateway.test_proxy import answer_at_once
from tests.services.gateway.upstream_server import upstream_at
from tests.services.gateway.wire import express_rides, get, wire
from tests.support.citizen import PASSWORD, unused_name
from tests.support.eventually import eventually
from tests.support.servers import Servers

ANNA, BO = "/api/users/anna", "/api/users/bodil"


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> KnownHeads:
    """None at the beginning of a test."""
    fresh = KnownHeads()
    monkeypatch.setattr(express_protocol, "_known_heads", fresh)
    return fresh


def blocks(known: KnownHeads) -> list[bytes]:
    return list(known._heads)  # noqa: SLF001 (what it holds is what is tried)


async def has_been_read(lasting_door: Door) -> None:
    """Whatever was sent before has been looked at when another request is answered."""
    for _ in range(2):
        assert (await lasting_door.http.get("/health/live")).status_code == 200


class TestTheSameFieldsAgain:
    async def test_stand_for_another_first_line(
        self, lasting_door: Door, lasting_sockets: Path, known: KnownHeads
    ) -> None:
        async with upstream_at(lasting_sockets / "user.sock", answer_at_once) as upstream, wire(lasting_door) as client:
            for path in (ANNA, BO, ANNA + "?x=1&y=%20", "/api/v1/users/bodil"):
                assert (await client.ask(get(path, {"X-Custom": "yes"}))).status == 200
        assert len(blocks(known)) == 1
        assert [request.line for request in upstream.requests] == [
            f"GET /users/{rest} HTTP/1.1" for rest in ("anna", "bodil", "anna?x=1&y=%20", "bodil")
        ]
        assert {request.headers["x-custom"] for request in upstream.requests} == {"yes"}

    async def test_on_another_connection_too(
        self, lasting_door: Door, lasting_sockets: Path, known: KnownHeads
    ) -> None:
        async with upstream_at(lasting_sockets / "user.sock", answer_at_once) as upstream:
            for _ in range(3):
                async with wire(lasting_door) as client:
                    assert (await client.ask(get(ANNA))).status == 200
        assert len(blocks(known)) == 1
        assert len({request.headers["x-request-id"] for request in upstream.requests}) == 3

    async def test_two_in_one_packet_are_two_requests(self, lasting_door: Door, lasting_sockets: Path) -> None:
        async with upstream_at(lasting_sockets / "user.sock", answer_at_once) as upstream, wire(lasting_door) as client:
            assert (await client.ask(get(ANNA))).status == 200
            client.send(get(ANNA) + get(BO) + get(ANNA))
            assert [(await client.answer()).status for _ in range(3)] == [200, 200, 200]
            assert (await client.ask(get(BO))).status == 200
        assert [r.line.split()[1] for r in upstream.requests] == [
            f"/users/{name}" for name in ("anna", "anna", "bodil", "anna", "bodil")
        ]

    @pytest.mark.parametrize(
        ("line", "status"),
        [
            ("GET /api/../metrics HTTP/1.1", 400),
            ("GET /metrics HTTP/1.1", 404),
            ("GET //evil.example/api/users/anna HTTP/1.1", 400),
            ("GET http://evil.example/api/users/anna HTTP/1.1", 400),
            ("GET /api/nothing HTTP/1.1", 404),
            ("TRACE /api/users/anna HTTP/1.1", 405),
            ("DELETE /api/users/anna HTTP/1.1", 405),
            ("GET /api/users/anna HTTP/1.2", 400),
            (f"GET /api/users/{'a' * 9000} HTTP/1.1", 414),
        ],
    )
    async def test_make_no_first_line_good(
        self, lasting_door: Door, lasting_sockets: Path, line: str, status: int
    ) -> None:
        async with upstream_at(lasting_sockets / "user.sock", answer_at_once) as upstream, wire(lasting_door) as client:
            assert (await client.ask(get(ANNA))).status == 200
            _, _, block = get(ANNA).partition(b"\r\n")
            assert (await client.ask(line.encode() + b"\r\n" + block)).status == status
        assert len(upstream.requests) == 1


class TestWhatLooksLikeAWholeHeadAndIsTheEndOfOne:
    """Two fields' worth of bytes, sent by themselves, must never stand for what was said before them."""

    BEFORE = b"GET /api/users/anna HTTP/1.1\r\nX-Said-By: mallory\r\nX-Rest: "
    AFTER = get(BO, {"X-Block": "of everybody"})

    async def ask_as_everybody(self, lasting_door: Door) -> int:
        async with wire(lasting_door) as client:
            return (await client.ask(self.AFTER)).status

    async def test_says_nothing_for_others(self, lasting_door: Door, lasting_sockets: Path, known: KnownHeads) -> None:
        async with upstream_at(lasting_sockets / "user.sock", answer_at_once) as upstream:
            async with wire(lasting_door) as mallory:
                mallory.send(self.BEFORE)
                await has_been_read(lasting_door)
                assert (await mallory.ask(self.AFTER)).status == 200
            assert blocks(known) == []
            assert await self.ask_as_everybody(lasting_door) == 200
        assert [request.headers.get("x-said-by") for request in upstream.requests] == ["mallory", None]

    async def test_nor_when_its_beginning_came_with_the_request_before(
        self, lasting_door: Door, lasting_sockets: Path, known: KnownHeads
    ) -> None:
        async with upstream_at(lasting_sockets / "user.sock", answer_at_once) as upstream:
            async with wire(lasting_door) as mallory:
                mallory.send(get(ANNA) + self.BEFORE)
                assert (await mallory.answer()).status == 200
                assert (await mallory.ask(self.AFTER)).status == 200
            assert blocks(known) == []
            assert await self.ask_as_everybody(lasting_door) == 200
        assert [request.headers.get("x-said-by") for request in upstream.requests] == [None, "mallory", None]

    async def test_is_not_taken_for_one_that_is_known(self, lasting_door: Door, lasting_sockets: Path) -> None:
        async with upstream_at(lasting_sockets / "user.sock", answer_at_once) as upstream:
            assert await self.ask_as_everybody(lasting_door) == 200
            async with wire(lasting_door) as client:
                client.send(get(ANNA) + self.BEFORE)
                assert (await client.answer()).status == 200
                assert (await client.ask(self.AFTER)).status == 200
        assert [request.line.split()[1] for request in upstream.requests] == [
            "/users/bodil",
            "/users/anna",
            "/users/anna",
        ]


class TestNothingIsRemembered:
    @pytest.mark.parametrize(
        "sent",
        [
            get(ANNA, {"X-Long": "x" * 4096}),
            get(ANNA, {"Connection": "close"}),
            get(ANNA, {"Transfer-Encoding": "chunked"}, body=b"") + b"0\r\n\r\n",
        ],
    )
    async def test_of_what_is_more_than_a_plain_head(
        self, lasting_door: Door, lasting_sockets: Path, known: KnownHeads, sent: bytes
    ) -> None:
        async with upstream_at(lasting_sockets / "user.sock", answer_at_once), wire(lasting_door) as client:
            assert (await client.ask(sent)).status == 200
        assert blocks(known) == []

    @pytest.mark.parametrize(
        ("sent", "status"), [(get(ANNA, {"X-Huge": "x" * 40_000}), 431), (get(ANNA, {"Host": ""}), 400)]
    )
    async def test_of_what_is_refused(
        self, lasting_door: Door, lasting_sockets: Path, known: KnownHeads, sent: bytes, status: int
    ) -> None:
        async with upstream_at(lasting_sockets / "user.sock", answer_at_once):
            for _ in range(2):
                async with wire(lasting_door) as client:
                    assert (await client.ask(sent)).status == status
        assert blocks(known) == []


async def test_clients_that_never_say_the_same_do_not_fill_the_memory(
    lasting_door: Door, lasting_sockets: Path, known: KnownHeads
) -> None:
    for number in range(MOST_BLOCKS * 2 + 10):
        known.remember(get(ANNA, {"X-Number": str(number)}), Head({}))
        assert len(blocks(known)) <= MOST_BLOCKS
    async with upstream_at(lasting_sockets / "user.sock", answer_at_once), wire(lasting_door) as client:
        assert (await client.ask(get(ANNA))).status == 200


async def test_a_token_that_was_known_with_its_fields_is_refused_soon_after_its_session_has_ended(
    servers: Servers, territory: Territory, door: Door, sockets: Path
) -> None:
    name = unused_name()
    body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
    async with (
        servers.running(AuthSettings, create_auth, territory) as auth,
        upstream_at(sockets / "user.sock", answer_at_once),
        wire(door) as client,
    ):
        tokens = (await auth.post("/auth/register", json=body)).json()
        asked = get("/api/users/me", {"Authorization": f"Bearer {tokens['access_token']}"})
        for _ in range(2):
            assert (await client.ask(asked)).status == 200
        rides = express_rides()
        assert (await client.ask(asked)).status == 200
        assert express_rides() == rides + 1
        ended = await auth.post("/auth/logout", json={"refresh_token": tokens["refresh_token"]})
        assert ended.status_code == 204
        began = monotonic()

        async def is_refused() -> bool:
            answer = await client.ask(asked)
            return answer.status == 401 and b'"token-revoked"' in answer.body

        await eventually(is_refused)
        assert monotonic() - began < 2
