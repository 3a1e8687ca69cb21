"""A territory whose auth and community services run side by side, and the people who live there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

import httpx
from sqlalchemy import Interval, bindparam, func, select, update

from services.auth.app import create_app as create_auth
from services.auth.settings import AuthSettings
from services.community.app import create_app
from services.community.communities.tables import communities
from services.community.posts.tables import posts
from services.community.rsvps.tables import rsvps
from services.community.settings import CommunitySettings
from shared.clock import format_time, utc_now
from shared.database.statements import compiled
from shared.events.tables import events
from shared.territory.territory import Territory
from tests.support.citizen import PASSWORD, Json, unused_name
from tests.support.event_store import EventStore, event_store
from tests.support.servers import Servers

_EVENTS = compiled(
    select(events.c.type, events.c.actor, events.c.data, events.c.metadata.label("facts")).order_by(events.c.seq)
)

_SCORE = compiled(update(posts).where(posts.c.id == bindparam("post")).values(score=bindparam("points")))
_HIDE = compiled(update(communities).where(communities.c.id == bindparam("community")).values(visibility="private"))
_ANSWERS = compiled(select(func.count()).where(rsvps.c.account_id == bindparam("account")))
_AGE = compiled(
    update(posts)
    .where(posts.c.id == bindparam("post"))
    .values(created_at=posts.c.created_at - bindparam("age", type_=Interval))
)


@dataclass(frozen=True, slots=True)
class Villager:
    """Logged in, or a stranger without a token; `community` is the service as anyone reaches it."""

    id: str
    access_token: str
    community: httpx.AsyncClient

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """A header is named with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.access_token:
            sent["Authorization"] = f"Bearer {self.access_token}"
        return await self.community.request(method, path, json=body, headers=sent)

    async def status_of(self, path: str) -> int:
        return (await self.call("GET", path)).status_code

    async def found(self, name: str = "Havnen", **more: object) -> Json:
        body = {"name": name, "visibility": "public", "join_policy": "open", **more}
        return _created(await self.call("POST", "/communities", body))

    async def join(self, community_id: str) -> httpx.Response:
        return await self.call("POST", f"/communities/{community_id}/members")

    async def leave(self, community_id: str) -> httpx.Response:
        return await self.call("DELETE", f"/communities/{community_id}/members/me")

    async def post(self, community_id: str, **more: object) -> Json:
        content = {"title": "Boats", "body": "Who has one?", **more}
        return _created(await self.call("POST", f"/communities/{community_id}/posts", content))

    async def comment(self, post_id: str, **more: object) -> Json:
        return _created(await self.call("POST", f"/posts/{post_id}/comments", {"body": "I do.", **more}))

    @staticmethod
    def gathering(*, starts: float = 24, **more: object) -> Json:
        """The body of one that starts in so many hours and takes one."""
        start = utc_now() + timedelta(hours=starts)
        times = {"starts_at": format_time(start), "ends_at": format_time(start + timedelta(hours=1))}
        return {"title": "Boat race", "time_zone": "Europe/Copenhagen", **times, **more}

    async def announce(self, community_id: str, *, starts: float = 24, **more: object) -> Json:
        body = self.gathering(starts=starts, **more)
        return _created(await self.call("POST", f"/communities/{community_id}/gatherings", body))

    async def rsvp(self, gathering_id: str, status: str) -> Json:
        answer = await self.call("PUT", f"/gatherings/{gathering_id}/rsvp", {"status": status})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def member_count(self, community_id: str) -> int:
        return int((await self.call("GET", f"/communities/{community_id}")).json()["member_count"])

    async def all_pages(self, path: str, limit: int) -> list[Json]:
        """All items of a list, page after page."""
        items: list[Json] = []
        cursor = ""
        while True:
            answer = await self.call("GET", f"{path}{'&' if '?' in path else '?'}limit={limit}{cursor}")
            assert answer.status_code == 200, answer.text
            items += answer.json()["items"]
            if answer.json()["next_cursor"] is None:
                return items
            cursor = f"&cursor={quote(answer.json()['next_cursor'])}"


@dataclass(frozen=True, slots=True)
class Village:
    """Both services of one territory, and its event store."""

    territory: Territory
    auth: httpx.AsyncClient
    community: httpx.AsyncClient
    store: EventStore

    async def villager(self) -> Villager:
        name = unused_name()
        body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
        answer = _created(await self.auth.post("/auth/register", json=body))
        return Villager(answer["user"]["id"], answer["access_token"], self.community)

    async def stranger(self) -> Villager:
        return Villager("", "", self.community)

    async def score(self, post_id: str, score: int) -> None:
        """As votes would."""
        await self.store.pool.execute(_SCORE, post=UUID(post_id), points=score)

    async def age(self, post_id: str, *, hours: float) -> None:
        """Let a post be older than it is."""
        await self.store.pool.execute(_AGE, post=UUID(post_id), age=timedelta(hours=hours))

    async def hide(self, community_id: str) -> None:
        """Let a community be private from now on."""
        await self.store.pool.execute(_HIDE, community=UUID(community_id))

    async def answers_of(self, account_id: str) -> int:
        """How many answers to gatherings are kept of theirs."""
        return int(await self.store.pool.fetch_value(_ANSWERS, account=UUID(account_id)))

    async def events_about(self, account_id: str) -> list[tuple[str, list[str]]]:
        """Type and audience of each event that names the account, in the order in which they were appended."""
        rows = await self.store.pool.fetch(_EVENTS)
        return [(row["type"], row["facts"].get("audience", [])) for row in rows if account_id in str(row["data"])]

    async def data_about(self, identity: str) -> list[Json]:
        """The data of each, as it is stored."""
        rows = await self.store.pool.fetch(_EVENTS)
        return [row["data"] for row in rows if identity in str(row["data"])]


def _created(response: httpx.Response) -> Json:
    assert response.status_code == 201, response.text
    return response.json()


@asynccontextmanager
async def village(servers: Servers, territory: Territory) -> AsyncIterator[Village]:
    async with (
        servers.running(AuthSettings, create_auth, territory) as auth,
        servers.running(CommunitySettings, create_app, territory) as community,
        event_store(servers, territory) as store,
    ):
        yield Village(territory, auth, community, store)
