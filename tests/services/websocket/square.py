"""A community whose events reach sockets: auth, community and event services, and the websocket service on a port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from services.auth.app import create_app as create_auth
from services.auth.settings import AuthSettings
from services.community.app import create_app as create_community
from services.community.settings import CommunitySettings
from services.event.app import create_app as create_event
from services.event.settings import EventSettings
from services.websocket.app import create_app as create_websocket
from services.websocket.settings import WebsocketSettings
from shared.territory.territory import Territory
from tests.services.community.village import Villager
from tests.services.gateway.door import open_door
from tests.support.citizen import PASSWORD, Live, unused_name
from tests.support.eventually import eventually
from tests.support.servers import Servers

PROTOCOLS = [Subprotocol("unityplan.v1")]
ALLOWED_ORIGIN = "https://app.example.org"


@dataclass(frozen=True, slots=True)
class Square:
    """Where people meet."""

    auth: httpx.AsyncClient
    community: httpx.AsyncClient
    url: str
    territory: Territory

    async def villager(self) -> Villager:
        name = unused_name()
        body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
        answer = await self.auth.post("/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        return Villager(answer.json()["user"]["id"], answer.json()["access_token"], self.community)

    async def log_out_everywhere(self, person: Villager) -> None:
        headers = {"Authorization": f"Bearer {person.access_token}"}
        sessions = (await self.auth.get("/auth/sessions", headers=headers)).json()["items"]
        for session in sessions:
            await self.auth.delete(f"/auth/sessions/{session['id']}", headers=headers)

    @asynccontextmanager
    async def live(self, person: Villager) -> AsyncIterator[Live]:
        """An authenticated socket."""
        async with connect(self.url, subprotocols=PROTOCOLS, proxy=None) as socket:
            live = Live(socket)
            answer = await live.request("auth", token=person.access_token)
            assert answer["type"] == "ok", answer
            live.epoch = answer["epoch"]
            yield live

    async def ending(self, *frames: str | bytes, url: str = "", **options: str) -> tuple[int, str]:
        """Code and reason with which a socket is closed after these frames."""
        async with connect(url or self.url, subprotocols=PROTOCOLS, proxy=None, additional_headers=options) as socket:
            try:
                for frame in frames:
                    await socket.send(frame)
                while True:
                    await socket.recv()
            except ConnectionClosed:
                return socket.close_code or 0, socket.close_reason or ""


@asynccontextmanager
async def square(servers: Servers, territory: Territory) -> AsyncIterator[Square]:
    """All of it, ready."""
    live = create_websocket(servers.settings(WebsocketSettings, territory, allowed_origins=(ALLOWED_ORIGIN,)))
    async with (
        servers.running(EventSettings, create_event, territory),
        servers.running(AuthSettings, create_auth, territory) as auth,
        servers.running(CommunitySettings, create_community, territory) as community,
        open_door(live) as door,
    ):

        async def is_ready() -> bool:
            return (await door.http.get("/health/ready")).status_code == 200

        await eventually(is_ready)
        yield Square(auth, community, f"ws://127.0.0.1:{door.port}/ws", territory)
