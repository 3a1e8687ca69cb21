"""Each event reaches each subscriber once and in order, whatever they missed."""

import asyncio
import json
from typing import Any

import pytest

from shared.events.catalogue.community import MemberLeft, PostCreated
from tests.services.community.village import Villager
from tests.services.websocket.square import Square
from tests.support.citizen import Live
from tests.support.event_store import event_store
from tests.support.eventually import eventually
from tests.support.poison import append_unreadable
from tests.support.servers import Servers

POST = "community.post.created"
MANY = 60


async def received(live: Live, last: str) -> list[dict[str, Any]]:
    """Posts, up to and with the one named."""
    frames: list[dict[str, Any]] = []
    while not frames or frames[-1]["event"]["data"]["post_id"] != last:
        frames.append(await live.next_event(POST))
    return frames


class TestALiveEvent:
    async def test_it_is_shown_as_it_was_written_and_nothing_of_its_request(
        self, place: Square, anna: Villager, bo: Villager
    ) -> None:
        community = await anna.found()
        async with place.live(bo) as live:
            await live.subscribe(f"community:{community['id']}")
            post = await anna.post(community["id"], title="Boats <&> æøå")
            frame = await live.next_event(POST, within=2)
        assert frame["event"]["data"]["title"] == "Boats <&> æøå"
        assert frame["event"]["data"]["post_id"] == post["id"]
        assert frame["event"]["actor"] == anna.id
        assert not {"metadata", "request_id"} & set(frame["event"])

    async def test_a_comment_reaches_the_community_and_the_post(
        self, place: Square, anna: Villager, bo: Villager
    ) -> None:
        community = await anna.found()
        post = await anna.post(community["id"])
        async with place.live(bo) as live:
            channels = {f"community:{community['id']}", f"post:{post['id']}"}
            for channel in channels:
                await live.subscribe(channel)
            await anna.comment(post["id"])
            told = {(await live.next_event("community.comment.created"))["channel"] for _ in range(2)}
        assert told == channels

    async def test_one_that_cannot_be_read_holds_nobody_up_and_leaves_no_gap(
        self, servers: Servers, place: Square, anna: Villager
    ) -> None:
        community = await anna.found()
        channel = f"community:{community['id']}"
        async with event_store(servers, place.territory) as store, place.live(anna) as live:
            await live.subscribe(channel)
            before = await anna.post(community["id"])
            await append_unreadable(store, [], PostCreated, audience=[channel])
            await append_unreadable(store, {}, MemberLeft)
            await anna.post(community["id"], title="The next one")
            frames = [await live.next_event(POST) for _ in range(3)]
        assert [frame["event"]["data"].get("title") for frame in frames] == [before["title"], None, "The next one"]
        assert [frame["prev"] for frame in frames[1:]] == [frame["position"] for frame in frames[:2]]


class TestRecovery:
    async def test_what_was_missed_comes_once_and_in_order(self, place: Square, anna: Villager) -> None:
        community = await anna.found()
        channel = f"community:{community['id']}"
        async with place.live(anna) as live:
            await live.subscribe(channel)
            first = await anna.post(community["id"])
            (seen,) = await received(live, first["id"])
        missed = [(await anna.post(community["id"]))["id"] for _ in range(5)]
        async with place.live(anna) as live:
            answer = await live.subscribe(channel, epoch=live.epoch, position=seen["position"])
            frames = await received(live, missed[-1])
        assert answer["recovered"] is True
        assert [frame["event"]["data"]["post_id"] for frame in frames] == missed
        assert [frame["prev"] for frame in frames] == [seen["position"], *(f["position"] for f in frames[:-1])]

    @pytest.mark.parametrize("recovery", [{}, {"epoch": "another", "position": 0}, {"position": 2**50}])
    async def test_what_cannot_be_recovered_is_said(
        self, place: Square, anna: Villager, recovery: dict[str, object]
    ) -> None:
        community = await anna.found()
        async with place.live(anna) as live:
            answer = await live.subscribe(f"community:{community['id']}", **recovery)
        assert answer["recovered"] is False

    async def test_whoever_subscribes_while_much_is_written_misses_nothing(self, place: Square, anna: Villager) -> None:
        community = await anna.found()
        written: list[str] = []

        async def write(count: int) -> None:
            for _ in range(count):
                post = await anna.post(community["id"])
                written.append(post["id"])

        async def listen(after: int) -> list[dict[str, Any]]:
            await eventually(lambda: len(written) >= after)
            frames: list[dict[str, Any]] = []
            async with place.live(anna) as live:
                await live.subscribe(f"community:{community['id']}", epoch=live.epoch, position=0)
                while sum(frame["event"]["type"] == POST for frame in frames) < MANY:
                    frames.append(live.frames.pop(0) if live.frames else json.loads(await live.socket.recv()))
            return frames

        listening = [asyncio.create_task(listen(after)) for after in (0, 7, 20, 41, 55)]
        async with asyncio.timeout(30):
            await asyncio.gather(write(MANY // 3), write(MANY // 3), write(MANY // 3))
            heard = await asyncio.gather(*listening)
        for frames in heard:
            positions = [frame["position"] for frame in frames]
            assert positions == sorted(set(positions))
            assert [frame["prev"] for frame in frames[1:]] == positions[:-1]
            posts = [f["event"]["data"]["post_id"] for f in frames if f["event"]["type"] == POST]
            assert sorted(posts) == sorted(written)
