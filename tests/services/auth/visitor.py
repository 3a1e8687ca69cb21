"""Someone at the door of the auth service, with a window into its territory's tables."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from argon2 import PasswordHasher
from sqlalchemy import Interval, Text, Uuid, bindparam, func, select, update

from services.auth.accounts.tables import accounts
from services.auth.app import create_app
from services.auth.sessions.repository import delete_finished
from services.auth.sessions.retention import KEPT
from services.auth.sessions.tables import refresh_tokens, sessions
from services.auth.settings import AuthSettings
from shared.clock import utc_now
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.events.tables import events
from shared.territory.territory import Territory
from tests.support.citizen import PASSWORD, Json, unused_name
from tests.support.eventually import eventually
from tests.support.servers import Servers

_ACCOUNT = bindparam("account", type_=Uuid)
_COUNT = compiled(select(func.count()).select_from(events))
_EVENTS = compiled(select(events.c.stream, events.c.type, events.c.data).order_by(events.c.seq))
_DISABLE = compiled(update(accounts).values(status="disabled").where(accounts.c.id == _ACCOUNT))
_HASH = compiled(select(accounts.c.password_hash).where(accounts.c.id == _ACCOUNT))
_SET_HASH = compiled(
    update(accounts).values(password_hash=bindparam("weak", type_=Text)).where(accounts.c.id == _ACCOUNT)
)
_AGE = compiled(
    update(refresh_tokens)
    .values(used_at=refresh_tokens.c.used_at - bindparam("age", type_=Interval))
    .where(refresh_tokens.c.used_at.is_not(None))
)
_EXPIRE = compiled(
    update(sessions)
    .values(expires_at=func.now() - bindparam("ago", type_=Interval))
    .where(sessions.c.account_id == _ACCOUNT)
)
_SESSIONS = compiled(select(func.count()).select_from(sessions).where(sessions.c.account_id == _ACCOUNT))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Speaks HTTP to the service; what it changes behind the service's back is time and an operator's deeds."""

    http: httpx.AsyncClient
    pool: Pool

    async def post(self, path: str, body: object) -> httpx.Response:
        return await self.http.post(path, json=body)

    async def get(self, path: str, access_token: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return await self.http.get(path, headers={"Authorization": f"Bearer {access_token}", **(headers or {})})

    async def delete(self, path: str, access_token: str) -> httpx.Response:
        return await self.http.delete(path, headers={"Authorization": f"Bearer {access_token}"})

    async def register(self, password: str = PASSWORD) -> Json:
        name = unused_name()
        body = {"username": name, "email": f"{name}@example.org", "password": password}
        answer = await self.post("/auth/register", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def login(self, identifier: str, password: str = PASSWORD) -> httpx.Response:
        return await self.post("/auth/login", {"identifier": identifier, "password": password})

    async def refresh(self, token: str) -> httpx.Response:
        return await self.post("/auth/refresh", {"refresh_token": token})

    async def logout(self, token: str) -> httpx.Response:
        return await self.post("/auth/logout", {"refresh_token": token})

    async def is_revoked(self, access_token: str, within: float = 2) -> None:
        """Wait until the access token is refused, within the promised two seconds."""

        async def is_refused() -> bool:
            answer = await self.get("/auth/me", access_token)
            return answer.status_code == 401 and answer.json()["code"] == "token-revoked"

        await eventually(is_refused, within=within)

    async def keys_are_made(self) -> None:
        """Wait until the service has a key to sign with and one to change to."""

        async def are_there() -> bool:
            return len((await self.http.get("/auth/jwks.json")).json()["keys"]) == 2

        await eventually(are_there)

    async def count_events(self) -> int:
        count: int = await self.pool.fetch_value(_COUNT)
        return count

    async def all_events(self) -> list[dict[str, Any]]:
        return [dict(row.items()) for row in await self.pool.fetch(_EVENTS)]

    async def events_about(self, account_id: str) -> list[dict[str, Any]]:
        """In the order in which they were appended."""
        return [event for event in await self.all_events() if account_id in str(event)]

    async def disable(self, account_id: str) -> None:
        await self.pool.execute(_DISABLE, account=UUID(account_id))

    async def hash_of(self, account_id: str) -> str:
        found: str = await self.pool.fetch_value(_HASH, account=UUID(account_id))
        return found

    async def weaken_hash(self, account_id: str, password: str) -> None:
        weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(password)
        await self.pool.execute(_SET_HASH, account=UUID(account_id), weak=weak)

    async def age_tokens(self, age: timedelta) -> None:
        """Let it be so much later for every token that was used."""
        await self.pool.execute(_AGE, age=age)

    async def expire_sessions(self, account_id: str, ago: timedelta = timedelta()) -> None:
        await self.pool.execute(_EXPIRE, account=UUID(account_id), ago=ago)

    async def count_sessions(self, account_id: str) -> int:
        count: int = await self.pool.fetch_value(_SESSIONS, account=UUID(account_id))
        return count

    async def sweep(self) -> None:
        now = utc_now()
        await delete_finished(self.pool, now - KEPT, now)


@asynccontextmanager
async def visiting(servers: Servers, territory: Territory, **settings: object) -> AsyncIterator[Visitor]:
    """An auth service of its own for the territory."""
    url = servers.settings(AuthSettings, territory).database_url_for(territory.slug)
    pool = Pool(url, max_size=2, application_name="test")
    async with servers.running(AuthSettings, create_app, territory, **settings) as http:
        yield Visitor(http, pool)
    await pool.close()
