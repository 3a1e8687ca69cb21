"""A citizen of a territory whose auth and user services run side by side."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select

from services.auth.app import create_app as create_auth
from services.auth.settings import AuthSettings
from services.user.app import create_app as create_user
from services.user.settings import UserSettings
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.events.tables import events
from shared.territory.territory import Territory
from tests.support.citizen import PASSWORD, Json, unused_name
from tests.support.servers import Servers

_EVENTS = compiled(select(events.c.type, events.c.actor, events.c.data).order_by(events.c.seq))

NO_BUS = "nats://127.0.0.1:1"


@dataclass(frozen=True, slots=True)
class Resident:
    """Logged in; `user` is the user service as anyone reaches it."""

    account: Json
    access_token: str
    user: httpx.AsyncClient

    async def call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        sent = {"Authorization": f"Bearer {self.access_token}", **(headers or {})}
        return await self.user.request(method, path, json=body, headers=sent)

    async def change_profile(self, body: object, etag: str | None) -> httpx.Response:
        return await self.call("PATCH", "/users/me", body, {"If-Match": etag} if etag else {})


@dataclass(frozen=True, slots=True)
class Town:
    """Both services of one territory, and a window into its event store."""

    auth: httpx.AsyncClient
    user: httpx.AsyncClient
    pool: Pool

    async def register(self, **more: object) -> Resident:
        name = unused_name()
        body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, **more}
        answer = await self.auth.post("/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        return Resident(answer.json()["user"], answer.json()["access_token"], self.user)

    async def events_about(self, account_id: str) -> list[dict[str, Any]]:
        """In the order in which they were appended."""
        rows = [dict(row.items()) for row in await self.pool.fetch(_EVENTS)]
        return [row for row in rows if account_id in str(row["data"])]

    async def profile_events(self, account_id: str) -> list[str]:
        types = [event["type"] for event in await self.events_about(account_id)]
        return [name for name in types if name.startswith("user.profile")]


async def seal_everything(servers: Servers, territory: Territory) -> None:
    """Do what the event service would: give every event its position, so that consumers see it."""
    connection = await servers.postgres.connect_to(territory.database)
    await connection.execute(f"SET search_path = {territory.schema}, pg_catalog")
    await connection.execute(
        "INSERT INTO seals (position, seq, leaf_hash)"
        " SELECT row_number() OVER (ORDER BY seq), seq, sha256('leaf') FROM events"
    )
    await connection.close()


@asynccontextmanager
async def town(servers: Servers, territory: Territory, **settings: object) -> AsyncIterator[Town]:
    """The two services of one territory."""
    pool = Pool(
        servers.settings(UserSettings, territory).database_url_for(territory.slug), max_size=2, application_name="test"
    )
    async with (
        servers.running(AuthSettings, create_auth, territory, **settings) as auth,
        servers.running(UserSettings, create_user, territory, **settings) as user,
    ):
        yield Town(auth, user, pool)
    await pool.close()
