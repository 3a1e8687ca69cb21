"""A territory whose citizens write to one another: auth, community, user and event services side by side."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
import httpx

from services.auth.app import create_app as create_auth
from services.auth.settings import AuthSettings
from services.community.app import create_app as create_community
from services.community.settings import CommunitySettings
from services.event.app import create_app as create_event
from services.event.settings import EventSettings
from services.user.app import create_app as create_user
from services.user.settings import UserSettings
from shared.clock import format_time, utc_now
from shared.territory.territory import Territory
from tests.support.citizen import PASSWORD, Json, unused_name
from tests.support.eventually import eventually
from tests.support.projected import owner_of
from tests.support.servers import Servers


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Logged in; writes at the community service, and is told of things by the user service."""

    place: "Neighbourhood"
    id: str
    username: str
    access_token: str

    async def ask(
        self, service: httpx.AsyncClient, method: str, path: str, body: object = None, **headers: str
    ) -> httpx.Response:
        """A header is named with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {self.access_token}"
        return await service.request(method, path, json=body, headers=sent)

    async def write(self, method: str, path: str, body: object = None) -> Json:
        answer = await self.ask(self.place.community, method, path, body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def found(self, name: str = "Havnen") -> Json:
        return await self.write("POST", "/communities", {"name": name, "visibility": "public", "join_policy": "open"})

    async def join(self, community: Json) -> None:
        await self.write("POST", f"/communities/{community['id']}/members", {})

    async def leave(self, community: Json) -> None:
        await self.write("DELETE", f"/communities/{community['id']}/members/me")

    async def post(self, community: Json, title: str = "Boats") -> Json:
        return await self.write("POST", f"/communities/{community['id']}/posts", {"title": title, "body": "Who?"})

    async def comment(self, post: Json, parent: Json = None) -> Json:
        more = {"parent_id": parent["id"]} if parent else {}
        return await self.write("POST", f"/posts/{post['id']}/comments", {"body": "I do.", **more})

    async def gather(self, community: Json, title: str = "Boats") -> Json:
        starts, ends = (format_time(utc_now() + timedelta(days=days)) for days in (7, 8))
        body = {"title": title, "starts_at": starts, "ends_at": ends, "time_zone": "UTC"}
        return await self.write("POST", f"/communities/{community['id']}/gatherings", body)

    async def user(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        return await self.ask(self.place.user, method, path, body, **headers)

    async def notifications(self, query: str = "") -> Json:
        answer = await self.user("GET", f"/notifications{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def told(self) -> list[tuple[str, str]]:
        """Kind and actor, the oldest first."""
        items = (await self.notifications("?limit=100"))["items"]
        return [(item["kind"], item["actor_id"]) for item in reversed(items)]

    async def is_told(self, *expected: tuple[str, "Neighbour"]) -> None:
        """Wait until these and no others have come."""
        wanted = [(kind, actor.id) for kind, actor in expected]

        async def is_so() -> bool:
            return await self.told() == wanted

        await eventually(is_so)

    async def knows(self, body: object) -> int:
        """Say what is read; how many are not."""
        answer = await self.user("POST", "/notifications/read", body)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["unread_count"])


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The services of one territory, and a connection that may do everything in its database."""

    auth: httpx.AsyncClient
    community: httpx.AsyncClient
    user: httpx.AsyncClient
    events: httpx.AsyncClient
    database: asyncpg.Connection

    async def neighbour(self) -> Neighbour:
        name = unused_name()
        body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
        answer = await self.auth.post("/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        return Neighbour(self, answer.json()["user"]["id"], name, answer.json()["access_token"])

    async def caught_up(self) -> None:
        """Wait until the notifications have taken in all that was written so far."""
        reader = await self.neighbour()
        newest = await self.database.fetchval("SELECT max(seq) FROM events")

        async def has_all() -> bool:
            position = await self.database.fetchval("SELECT position FROM seals WHERE seq = $1", newest)
            answer = await reader.user("GET", "/notifications")
            return position is not None and int(answer.headers["x-position"]) >= position

        await eventually(has_all)


@asynccontextmanager
async def neighbourhood(servers: Servers, territory: Territory) -> AsyncIterator[Neighbourhood]:
    async with (
        servers.running(EventSettings, create_event, territory) as events,
        servers.running(AuthSettings, create_auth, territory) as auth,
        servers.running(CommunitySettings, create_community, territory) as community,
        servers.running(UserSettings, create_user, territory) as user,
        owner_of(servers, territory) as database,
    ):
        yield Neighbourhood(auth, community, user, events, database)
