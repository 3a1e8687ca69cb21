"""A person at a pod: a client over HTTP and WebSocket that speaks verbs."""

import asyncio
import itertools
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeAlias
from urllib.parse import urlencode, urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

# What a pod answers; each test judges its shape.
Json: TypeAlias = Any

PASSWORD = "a sentence is a good password"

_numbers = itertools.count(1)


def unused_name(prefix: str = "citizen") -> str:
    """A user name that no other run has taken."""
    return f"{prefix}_{os.getpid() % 100_000}_{int(time.time() * 1000) % 10_000_000}_{next(_numbers)}"[:30]


@dataclass(frozen=True, slots=True)
class PodAddress:
    """Where a pod is reached; `host` is the name sent for a territory of a pod of several."""

    api_url: str
    live_url: str
    host: str | None = None


@dataclass(slots=True)
class Live:
    """An open, authenticated socket."""

    socket: ClientConnection
    epoch: str = ""
    frames: list[dict[str, Any]] = field(default_factory=list)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def request(self, type_: str, **fields: object) -> dict[str, Any]:
        """Send a frame and wait for its answer; events that come in between are kept."""
        number = next(self._ids)
        await self.socket.send(json.dumps({"id": number, "type": type_, **fields}))
        while True:
            frame = await self._receive(5)
            if frame.get("id") == number:
                return frame
            self.frames.append(frame)

    async def subscribe(self, channel: str, **recovery: object) -> dict[str, Any]:
        answer = await self.request("subscribe", channel=channel, **recovery)
        assert answer["type"] == "ok", answer
        return answer

    async def next_event(self, type_: str, within: float = 5.0) -> dict[str, Any]:
        """The next pushed frame with an event of this type; others are dropped."""
        deadline = time.monotonic() + within
        while True:
            frame = self.frames.pop(0) if self.frames else await self._receive(deadline - time.monotonic())
            if frame["type"] == "event" and frame["event"]["type"] == type_:
                return frame

    async def _receive(self, within: float) -> dict[str, Any]:
        async with asyncio.timeout(within):
            frame: dict[str, Any] = json.loads(await self.socket.recv())
        return frame


class Citizen:
    """Registered at a territory when it has tokens; else an anonymous visitor."""

    def __init__(self, address: PodAddress) -> None:
        self.address = address
        self.id = ""
        self.username = ""
        self.access_token = ""
        self.refresh_token = ""
        headers = {"Host": address.host} if address.host else {}
        self.http = httpx.AsyncClient(base_url=address.api_url, headers=headers, timeout=20, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    async def call(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Any call as this citizen; the caller judges the answer."""
        sent = {"Authorization": f"Bearer {self.access_token}"} if self.access_token else {}
        return await self.http.request(method, path, json=body, headers={**sent, **(headers or {})})

    async def get(self, path: str, **params: object) -> Json:
        query = f"?{urlencode(params)}" if params else ""
        return _expected(await self.call("GET", path + query), 200)

    async def register(self, username: str | None = None) -> Self:
        self.username = username or unused_name()
        body = {"username": self.username, "email": f"{self.username}@example.org", "password": PASSWORD}
        return self._signed_in(_expected(await self.call("POST", "/auth/register", body), 201))

    async def login(self, identifier: str | None = None, password: str = PASSWORD) -> Self:
        body = {"identifier": identifier or self.username, "password": password}
        return self._signed_in(_expected(await self.call("POST", "/auth/login", body), 200))

    async def refresh(self) -> Self:
        body = {"refresh_token": self.refresh_token}
        return self._signed_in(_expected(await self.call("POST", "/auth/refresh", body), 200))

    async def logout(self) -> None:
        _expected(await self.call("POST", "/auth/logout", {"refresh_token": self.refresh_token}), 204)

    async def create_community(self, name: str, **more: object) -> Json:
        body = {"name": name, "visibility": "public", "join_policy": "open", **more}
        return _expected(await self.call("POST", "/communities", body), 201)

    async def join(self, community_id: str) -> Json:
        return _expected(await self.call("POST", f"/communities/{community_id}/members", {}), 201)

    async def leave(self, community_id: str) -> None:
        _expected(await self.call("DELETE", f"/communities/{community_id}/members/me"), 204)

    async def post(self, community_id: str, title: str, body: str = "Who brings the boats?", **more: object) -> Json:
        content = {"title": title, "body": body, **more}
        return _expected(await self.call("POST", f"/communities/{community_id}/posts", content), 201)

    async def comment(self, post_id: str, body: str) -> Json:
        return _expected(await self.call("POST", f"/posts/{post_id}/comments", {"body": body}), 201)

    async def read_post(self, post_id: str) -> Json:
        return await self.get(f"/posts/{post_id}")

    async def comments(self, post_id: str) -> Json:
        return (await self.get(f"/posts/{post_id}/comments", limit=100))["items"]

    async def search(self, words: str, **more: object) -> Json:
        return (await self.get("/search", q=words, **more))["items"]

    async def directory(self) -> Json:
        return (await self.get("/communities", limit=100))["items"]

    async def events(self, after: int = 0, **more: object) -> list[dict[str, Any]]:
        """All events that this citizen may read, in order."""
        found: list[dict[str, Any]] = []
        while True:
            page = await self.get("/events", after=found[-1]["position"] if found else after, limit=100, **more)
            found += page["items"]
            if not page["items"] or page["next_cursor"] is None:
                return found

    async def connect(self, live_url: str | None = None) -> Live:
        """Open a socket and authenticate in the first frame. The caller closes `.socket`."""
        live = Live(await self.open_socket(live_url))
        answer = await live.request("auth", token=self.access_token)
        assert answer["type"] == "ok", answer
        live.epoch = answer["epoch"]
        return live

    async def open_socket(self, live_url: str | None = None) -> ClientConnection:
        url = urlsplit(live_url or self.address.live_url)
        host = self.address.host or url.hostname
        uri = url._replace(netloc=f"{host}:{url.port}").geturl()
        protocols = [Subprotocol("unityplan.v1")]
        return await connect(uri, host="127.0.0.1", port=url.port, subprotocols=protocols, proxy=None)

    def _signed_in(self, answer: Mapping[str, Any]) -> Self:
        self.id = answer["user"]["id"]
        self.username = answer["user"]["username"]
        self.access_token, self.refresh_token = answer["access_token"], answer["refresh_token"]
        return self


def _expected(response: httpx.Response, status: int) -> Json:
    assert response.status_code == status, f"{response.request.method} {response.url}: {response.text}"
    return response.json() if response.content else None
