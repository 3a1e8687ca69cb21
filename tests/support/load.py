"""Citizens who write, read and listen without pause, and how they fared."""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from websockets.exceptions import ConnectionClosed

from tests.support.citizen import Citizen, Json, PodAddress
from tests.support.eventually import eventually


@dataclass(slots=True)
class Load:
    """Citizens who write and read without pause, each on connections of their own, and how they fared."""

    community_id: str
    acknowledged: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)

    async def write(self, author: Citizen) -> None:
        for number in itertools.count():
            body = {"title": f"{author.username} {number}", "body": "text"}
            answer = await self._call(author, "POST", f"/communities/{self.community_id}/posts", body)
            if answer is not None and answer.status_code == 201:
                self.acknowledged.append(answer.json()["id"])

    async def read(self, reader: Citizen) -> None:
        paths = (f"/communities/{self.community_id}/posts", "/users/me", "/events?limit=5", "/search?q=text", "/home")
        for path in itertools.cycle(paths):
            await self._call(reader, "GET", path)

    async def goes_on(self) -> None:
        """Wait until more is acknowledged than now."""
        count = len(self.acknowledged)
        await eventually(lambda: len(self.acknowledged) > count + 5)

    async def _call(self, citizen: Citizen, method: str, path: str, body: Json = None) -> httpx.Response | None:
        try:
            answer = await citizen.call(method, path, body)
        except httpx.TransportError as error:
            self.refused.append(f"{method} {path}: {error!r}")
            return None
        self.statuses[answer.status_code] += 1
        if not answer.is_success:
            self.refused.append(f"{method} {path}: {answer.status_code} {answer.text}")
        await asyncio.sleep(0.02)
        return answer


@dataclass(slots=True)
class Follower:
    """A subscriber who goes on from the last position whenever the socket is closed."""

    citizen: Citizen
    live_url: str
    community_id: str
    position: int | None = None
    epoch: str = ""
    posts: list[str] = field(default_factory=list)
    closings: list[int] = field(default_factory=list)

    async def follow(self) -> None:
        while True:
            try:
                await self._listen()
            except ConnectionClosed as closed:
                self.closings.append(closed.rcvd.code if closed.rcvd else 1006)

    async def has_received(self, posts: Sequence[str]) -> None:
        """Wait until every one of these has come."""
        await eventually(lambda: set(posts) <= set(self.posts), within=20)

    async def _listen(self) -> None:
        live = await self.citizen.connect(self.live_url)
        since = {} if self.position is None else {"epoch": self.epoch, "position": self.position}
        answer = await live.subscribe(f"community:{self.community_id}", **since)
        self.epoch = live.epoch
        self.position = answer["position"] if self.position is None else self.position
        while True:
            frame = live.frames.pop(0) if live.frames else json.loads(await live.socket.recv())
            if frame["type"] == "event" and frame["event"]["type"] == "community.post.created":
                self.posts.append(frame["event"]["data"]["post_id"])
                self.position = frame["position"]


@asynccontextmanager
async def under_load(
    pod: PodAddress, other: PodAddress, live_urls: Sequence[str]
) -> AsyncIterator[tuple[Load, list[Follower]]]:
    """Load by both addresses as long as the block runs, and a follower at each of the URLs.

    Then nothing that was acknowledged is missing, here or at the followers.
    """
    anna, bo = Citizen(pod), Citizen(other)
    async with anna, bo:
        await anna.register()
        await bo.register()
        community = await anna.create_community(f"Rolling {anna.username}")
        await bo.join(community["id"])
        load = Load(community["id"])
        followers = [Follower(bo, url, community["id"]) for url in live_urls]
        following = [asyncio.create_task(follower.follow()) for follower in followers]
        await eventually(lambda: all(follower.position is not None for follower in followers))
        busy = [asyncio.create_task(work(citizen)) for citizen in (anna, bo) for work in (load.write, load.read)]
        try:
            yield load, followers
        finally:
            for task in busy:
                task.cancel()
            await asyncio.wait(busy)
            for follower in followers:
                await follower.has_received(load.acknowledged)
            for task in following:
                task.cancel()
            await asyncio.wait(following)
        for post_id in load.acknowledged:
            await anna.read_post(post_id)
