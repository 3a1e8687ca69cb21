"""Frames of a socket, and the code with which it ends."""

import asyncio
import json
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from shared.identifiers import new_id
from tests.services.community.village import Villager
from tests.services.gateway.test_door import HANDSHAKE
from tests.services.websocket.square import ALLOWED_ORIGIN, PROTOCOLS, Square


def auth(person: Villager) -> str:
    return json.dumps({"id": 1, "type": "auth", "token": person.access_token})


class TestTheEndOfASocket:
    @pytest.mark.parametrize(
        ("first", "code"),
        [
            ("{", 4400),
            ("[]", 4400),
            (b"\x00\x01", 4400),
            ('{"id":1,"type":"dance"}', 4400),
            ('{"id":1,"type":"ping"}', 4401),
            ('{"id":1,"type":"auth","token":"nonsense"}', 4401),
            ('{"id":1,"type":"auth","token":""}', 4401),
            ('{"id":1,"type":"auth","token":"' + "a" * 70_000 + '"}', 4413),
        ],
    )
    async def test_a_first_frame_that_does_not_say_who_it_is_ends_it(
        self, place: Square, first: str | bytes, code: int
    ) -> None:
        assert (await place.ending(first))[0] == code

    async def test_one_that_says_nothing_is_closed_after_five_seconds(self, place: Square) -> None:
        assert await place.ending() == (4401, "authentication-timeout")

    @pytest.mark.parametrize("characters", [65_537, 2_000_000])
    async def test_a_frame_over_64_kib_ends_it(self, place: Square, anna: Villager, characters: int) -> None:
        assert await place.ending(auth(anna), "a" * characters) == (4413, "frame-too-large")

    async def test_who_is_told_in_the_middle_of_a_frame_is_not_reset(self, place: Square) -> None:
        address = urlsplit(place.url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(HANDSHAKE.format(path="/ws", host="localhost").encode())
        await reader.readuntil(b"\r\n\r\n")
        size = 17 << 20
        writer.write(b"\x81\xff" + size.to_bytes(8, "big") + bytes(4))
        assert (await reader.readexactly(4))[2:] == (4413).to_bytes(2, "big")
        async with asyncio.timeout(10):
            for _ in range(size // 65_536):
                writer.write(bytes(65_536))
                await writer.drain()
            assert await reader.read() == b"frame-too-large"
        writer.close()

    async def test_a_token_that_is_none_is_told_so(self, place: Square) -> None:
        assert await place.ending('{"id":1,"type":"auth","token":"nonsense"}') == (4401, "token-malformed")

    async def test_more_than_twenty_frames_a_second_end_it(self, place: Square, anna: Villager) -> None:
        pings = [json.dumps({"id": number, "type": "ping"}) for number in range(30)]
        assert await place.ending(auth(anna), *pings) == (4429, "too-many-frames")

    async def test_a_token_in_the_address_ends_it(self, place: Square) -> None:
        assert await place.ending(url=f"{place.url}?token=abc") == (4400, "token-in-url")

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "file://"])
    async def test_a_page_of_others_ends_it(self, place: Square, origin: str) -> None:
        assert await place.ending(Origin=origin) == (4403, "forbidden-origin")

    async def test_a_page_that_the_operator_allows_is_let_in(self, place: Square) -> None:
        assert await place.ending("{", Origin=ALLOWED_ORIGIN) == (4400, "bad-frame")

    async def test_a_revoked_session_ends_it_within_two_seconds(self, place: Square, anna: Villager) -> None:
        async with place.live(anna) as live:
            await place.log_out_everywhere(anna)
            with pytest.raises(ConnectionClosed):
                await live.next_event("nothing", within=2)
            assert (live.socket.close_code, live.socket.close_reason) == (4401, "token-revoked")

    async def test_the_token_of_someone_else_ends_it(self, place: Square, anna: Villager, bo: Villager) -> None:
        refresh = json.dumps({"id": 2, "type": "refresh", "token": bo.access_token})
        assert await place.ending(auth(anna), refresh) == (4401, "another-account")

    async def test_at_any_other_path_the_handshake_is_answered_with_a_problem(self, place: Square) -> None:
        with pytest.raises(InvalidStatus) as refusal:
            await connect(place.url.replace("/ws", "/nothing"), subprotocols=PROTOCOLS, proxy=None)
        answer = refusal.value.response
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")

    async def test_without_a_handshake_there_is_nothing(self, place: Square) -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.get(place.url.replace("ws://", "http://"))
        assert (answer.status_code, answer.json()["code"]) == (404, "route-not-found")


class TestFrames:
    async def test_a_ping_is_answered(self, place: Square, anna: Villager) -> None:
        async with place.live(anna) as live:
            assert (await live.request("ping"))["type"] == "pong"

    async def test_a_new_token_of_the_same_account_is_taken(self, place: Square, anna: Villager) -> None:
        async with place.live(anna) as live:
            assert (await live.request("refresh", token=anna.access_token))["type"] == "ok"
            assert (await live.request("refresh", token="nonsense"))["code"] == "token-malformed"

    async def test_who_it_is_is_said_once(self, place: Square, anna: Villager) -> None:
        async with place.live(anna) as live:
            assert (await live.request("auth", token=anna.access_token))["code"] == "already-authenticated"

    @pytest.mark.parametrize("channel", ["", "x", "community", "community:x", "user:x", "presence:*", "community:*"])
    async def test_a_channel_that_cannot_be_is_refused_and_the_socket_stays(
        self, place: Square, anna: Villager, channel: str
    ) -> None:
        async with place.live(anna) as live:
            assert (await live.request("subscribe", channel=channel))["code"] == "unknown-channel"
            assert (await live.request("ping"))["type"] == "pong"

    async def test_one_may_subscribe_once_and_end_it_once(self, place: Square, anna: Villager) -> None:
        channel = f"community:{(await anna.found())['id']}"
        async with place.live(anna) as live:
            await live.subscribe(channel)
            assert (await live.request("subscribe", channel=channel))["code"] == "already-subscribed"
            assert (await live.request("unsubscribe", channel=channel))["type"] == "ok"
            assert (await live.request("unsubscribe", channel=channel))["code"] == "not-subscribed"


class TestWhoMayListen:
    async def test_to_what_is_private_only_members(self, place: Square, anna: Villager, bo: Villager) -> None:
        community = await anna.found(visibility="private")
        post, gathering = await anna.post(community["id"]), await anna.announce(community["id"])
        channels = (f"community:{community['id']}", f"post:{post['id']}", f"gathering:{gathering['id']}")
        async with place.live(anna) as hers, place.live(bo) as his:
            for channel in channels:
                await hers.subscribe(channel)
                assert (await his.request("subscribe", channel=channel))["code"] == "channel-not-found"
            assert (await his.request("subscribe", channel=f"community:{new_id()}"))["code"] == "channel-not-found"
