"""`kill -9` of any process under load: it comes back, the others go on, nothing acknowledged is missing or doubled."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx
import pytest
from websockets.exceptions import WebSocketException

from tests.support.citizen import Citizen, Json
from tests.support.eventually import eventually
from tests.support.pod import PROCESSES, Pod

# While a process is away its calls may be refused, but never with a fault of our own.
MAY_BE_ANSWERED = {201, 429, 502, 503, 504}


@dataclass(slots=True)
class Load:
    """Citizens who write without pause, and what was acknowledged to them."""

    community_id: str
    acknowledged: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    async def write(self, author: Citizen) -> None:
        for number in itertools.count():
            with suppress(httpx.TransportError):
                body = {"title": f"{author.username} {number}", "body": "text"}
                answer = await author.call("POST", f"/communities/{self.community_id}/posts", body)
                self.statuses[answer.status_code] += 1
                if answer.status_code == 201:
                    self.acknowledged.append(answer.json()["id"])
            await asyncio.sleep(0.02)

    async def goes_on(self) -> None:
        """Wait until more is acknowledged than now."""
        count = len(self.acknowledged)
        await eventually(lambda: len(self.acknowledged) > count + 5, within=30)


@dataclass(slots=True)
class Follower:
    """A subscriber who reconnects with the last position seen, as any client would."""

    citizen: Citizen
    community_id: str
    received: list[Json] = field(default_factory=list)
    epoch: str | None = None
    position: int | None = None

    async def follow(self) -> None:
        while True:
            with suppress(OSError, WebSocketException, TimeoutError, AssertionError):
                await self._listen()
            await asyncio.sleep(0.1)

    async def _listen(self) -> None:
        live = await self.citizen.connect()
        try:
            since = {} if self.position is None else {"epoch": self.epoch, "position": self.position}
            answer = await live.subscribe(f"community:{self.community_id}", **since)
            self.epoch = live.epoch
            self.position = answer["position"] if self.position is None else self.position
            while True:
                frame = await live.next_event("community.post.created", within=5)
                self.received.append(frame)
                self.position = frame["position"]
        finally:
            await live.socket.close()


@asynccontextmanager
async def under_load(pod: Pod) -> AsyncIterator[tuple[Load, Follower]]:
    async with Citizen(pod.address()) as anna, Citizen(pod.address()) as bo:
        await anna.register()
        await bo.register()
        community = await anna.create_community(f"Load {anna.username}")
        await bo.join(community["id"])
        load, follower = Load(community["id"]), Follower(bo, community["id"])
        following = asyncio.create_task(follower.follow())
        # What was written before the first answer to a subscription is promised to nobody.
        await eventually(lambda: follower.position is not None)
        writing = [asyncio.create_task(load.write(author)) for author in (anna, bo)]
        try:
            await load.goes_on()
            yield load, follower
        finally:
            for task in writing:
                task.cancel()
            await asyncio.wait(writing)
            await _nothing_is_missing(anna, load, follower)
            following.cancel()
            await asyncio.wait([following])


async def _nothing_is_missing(citizen: Citizen, load: Load, follower: Follower) -> None:
    for post_id in load.acknowledged:
        await citizen.read_post(post_id)

    def all_received() -> bool:
        return set(load.acknowledged) <= {frame["event"]["data"]["post_id"] for frame in follower.received}

    await eventually(all_received, within=20)
    positions = [frame["position"] for frame in follower.received]
    assert positions == sorted(set(positions)), "frames came twice or out of order"
    assert set(load.statuses) <= MAY_BE_ANSWERED, load.statuses


@pytest.mark.parametrize("name", PROCESSES)
async def test_a_killed_process_comes_back_and_nothing_acknowledged_is_missing(dk: Pod, name: str) -> None:
    async with under_load(dk) as (load, _):
        before = {other: state.pid for other, state in dk.processes().items()}
        killed = dk.kill(name)
        await dk.is_back(name, killed)
        await load.goes_on()
        after = {other: state.pid for other, state in dk.processes().items()}
    assert {other for other, pid in after.items() if pid != before[other]} == {name}
