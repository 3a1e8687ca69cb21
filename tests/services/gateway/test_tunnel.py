"""A WebSocket through the gateway behaves as at the service's own port."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, unix_serve
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.http11 import Request, Response
from websockets.typing import Origin, Subprotocol

from services.gateway.app import create_app
from services.gateway.live.frame_boundary import FrameBoundary
from services.gateway.settings import GatewaySettings
from shared.territory.territory import Territory
from tests.services.gateway.door import Door, open_door
from tests.services.gateway.test_door import HANDSHAKE, read_problem
from tests.support.servers import Servers

BIG = "x" * 60_000
UPGRADE = HANDSHAKE.format(path="/ws", host="localhost").encode()

Serve = Callable[[ServerConnection], Awaitable[None]]


async def echo(socket: ServerConnection) -> None:
    async for frame in socket:
        await socket.send(frame)


@asynccontextmanager
async def live_service(
    sockets: Path, serve: Serve, refuse: Callable[[ServerConnection, Request], Response | None] | None = None
) -> AsyncIterator[list[ServerConnection]]:
    seen: list[ServerConnection] = []

    async def served(socket: ServerConnection) -> None:
        seen.append(socket)
        await serve(socket)

    async with unix_serve(
        served,
        str(sockets / "websocket.sock"),
        subprotocols=[Subprotocol("unityplan.v1")],
        process_request=refuse,
        compression=None,
    ):
        yield seen


def dial(door: Door, path: str = "/ws", origin: str | None = None, **headers: str) -> connect:
    return connect(
        f"ws://localhost:{door.port}{path}",
        subprotocols=[Subprotocol("unityplan.v1")],
        origin=Origin(origin) if origin is not None else None,
        additional_headers=headers,
        max_size=None,
        proxy=None,
    )


class TestASocket:
    async def test_frames_pass_both_ways_with_the_subprotocol_and_the_close_code(
        self, door: Door, sockets: Path
    ) -> None:
        async def until_told(socket: ServerConnection) -> None:
            async for frame in socket:
                await socket.send(frame)
                if frame == "end":
                    await socket.close(4409, "too-many-connections")

        async with live_service(sockets, until_told), dial(door) as socket:
            assert socket.subprotocol == "unityplan.v1"
            for frame in ("hello", BIG, b"\x00\x01", "end"):
                await socket.send(frame)
                assert await socket.recv() == frame
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert (socket.close_code, socket.close_reason) == (4409, "too-many-connections")

    async def test_the_service_sees_host_origin_and_query_and_nothing_forged(self, door: Door, sockets: Path) -> None:
        forged = {"X-User-Id": "root", "X-Forwarded-For": "10.0.0.1", "X-Territory-ID": "NO"}
        async with (
            live_service(sockets, echo) as seen,
            dial(door, "/api/ws?token=x", "http://localhost", **forged) as socket,
        ):
            await (await socket.ping())
            request = seen[0].request
            assert request is not None
            assert request.path == "/ws?token=x"
            assert request.headers["Host"] == f"localhost:{door.port}"
            assert request.headers["Origin"] == "http://localhost"
            assert request.headers["X-Forwarded-For"] == "127.0.0.1"
            assert not {"x-user-id", "x-territory-id"} & {name.lower() for name in request.headers}

    async def test_many_frames_of_all_sizes_come_whole_and_in_order(self, door: Door, sockets: Path) -> None:
        sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 100_000] * 20

        async def pour(socket: ServerConnection) -> None:
            for size in sizes:
                await socket.send("y" * size)

        async with live_service(sockets, pour), dial(door) as socket:
            assert [len(await socket.recv()) for _ in sizes] == sizes


class TestAnEnd:
    async def test_a_service_that_dies_sends_its_clients_away_to_come_back(self, door: Door, sockets: Path) -> None:
        async with live_service(sockets, echo) as seen, dial(door) as socket:
            await socket.send("hello")
            await socket.recv()
            seen[0].transport.abort()
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 1012

    async def test_a_gateway_that_ends_says_so_between_two_frames(
        self, servers: Servers, territory: Territory, sockets: Path
    ) -> None:
        async def pour(socket: ServerConnection) -> None:
            with suppress(ConnectionClosed):
                while True:
                    await socket.send(BIG)

        settings = servers.settings(
            GatewaySettings, territory, upstream_url=f"unix:{sockets}/{{service}}.sock", inner_listen=None
        )
        async with live_service(sockets, pour):
            async with open_door(create_app(settings)) as opened:
                socket = await dial(opened)
                assert await socket.recv() == BIG
            with pytest.raises(ConnectionClosed):
                assert all([frame == BIG async for frame in socket])
        assert socket.close_code == 1012

    async def test_one_whose_client_leaves_is_ended_at_the_service_too(self, door: Door, sockets: Path) -> None:
        async with live_service(sockets, echo) as seen:
            socket = await dial(door)
            await socket.send("hello")
            await socket.recv()
            socket.transport.abort()
            async with asyncio.timeout(5):
                await seen[0].wait_closed()


class TestARefusal:
    async def test_it_is_the_services_own(self, door: Door, sockets: Path) -> None:
        def refuse(socket: ServerConnection, _: Request) -> Response:
            return socket.respond(HTTPStatus.FORBIDDEN, "not here")

        async with live_service(sockets, echo, refuse):
            with pytest.raises(InvalidStatus) as refused:
                await dial(door)
        assert refused.value.response.status_code == 403
        assert refused.value.response.body == b"not here"

    async def test_no_request_can_follow_it_past_the_gateway(self, door: Door, sockets: Path) -> None:
        asked: list[str] = []

        def refuse(socket: ServerConnection, request: Request) -> Response:
            asked.append(request.path)
            return socket.respond(HTTPStatus.FORBIDDEN, "not here")

        async with live_service(sockets, echo, refuse):
            handshake = HANDSHAKE.format(path="/ws", host="localhost").encode()
            received = await door.raw(handshake + b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        assert received.count(b"HTTP/1.1 ") == 1
        assert asked == ["/ws"]

    @pytest.mark.parametrize("said", [b"x" * 20_000, b"220 mail.example ready\r\n\r\n"])
    async def test_an_answer_that_is_none_is_not_handed_on(self, door: Door, sockets: Path, said: bytes) -> None:
        async with saying(sockets / "websocket.sock", said):
            assert read_problem(await door.raw(UPGRADE)) == (502, "service-garbled")

    async def test_a_service_that_breaks_off_is_said_to_be_away(self, door: Door, sockets: Path) -> None:
        async with saying(sockets / "websocket.sock", None):
            assert read_problem(await door.raw(UPGRADE)) == (503, "service-unavailable")

    async def test_a_service_that_hangs_is_said_not_to_answer(self, door: Door, sockets: Path) -> None:
        async with saying(sockets / "websocket.sock", b""):
            assert read_problem(await door.raw(UPGRADE)) == (504, "service-timeout")

    async def test_where_one_instance_hangs_the_other_answers_and_is_asked_first_from_then_on(
        self, servers: Servers, territory: Territory, sockets: Path
    ) -> None:
        settings = servers.settings(
            GatewaySettings,
            territory,
            upstream_url=f"unix:{sockets}/hung-{{service}}.sock,unix:{sockets}/{{service}}.sock",
            inner_listen=None,
        )
        async with (
            saying(sockets / "hung-websocket.sock", b"") as asked,
            live_service(sockets, echo),
            open_door(create_app(settings)) as opened,
        ):
            for _ in range(3):
                async with dial(opened) as socket:
                    await socket.send("hello")
                    assert await socket.recv() == "hello"
        assert len(asked) == 1


@asynccontextmanager
async def saying(path: Path, said: bytes | None) -> AsyncIterator[list[asyncio.StreamWriter]]:
    """A service that says this to whoever connects, and then nothing; None breaks off."""
    asked: list[asyncio.StreamWriter] = []

    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        if said is not None:
            writer.write(said)
            with suppress(ConnectionError):
                await reader.read()
        writer.close()

    async with await asyncio.start_unix_server(babble, str(path)):
        yield asked


class TestTheBoundary:
    def test_it_is_found_wherever_the_stream_is_cut(self) -> None:
        frames = [_frame(size) for size in (0, 1, 125, 126, 300, 65_535, 65_536)]
        stream = b"".join(frames)
        for cut in (1, 2, 3, 5, 7, 1000):
            boundary, found, at = FrameBoundary(), set(), 0
            while at < len(stream):
                boundary.follow(stream[at : at + cut])
                at = min(at + cut, len(stream))
                if boundary.is_here:
                    found.add(at)
            ends = {sum(map(len, frames[: number + 1])) for number in range(len(frames))}
            assert found == {end for end in ends if end % cut == 0 or end == len(stream)}


def _frame(size: int) -> bytes:
    if size < 126:
        return bytes((0x81, size)) + bytes(size)
    if size < 65_536:
        return bytes((0x81, 126)) + size.to_bytes(2, "big") + bytes(size)
    return bytes((0x81, 127)) + size.to_bytes(8, "big") + bytes(size)
