"""A territory's record under test: the event service beside the auth service, and citizens with roles."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from services.auth.app import create_app as create_auth
from services.auth.roles.commands import grant_role
from services.auth.settings import AuthSettings
from services.event.app import create_app
from services.event.settings import EventSettings
from shared.database.pool import Pool
from shared.events import store
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM, new_id
from shared.observability.request_context import new_context
from shared.territory.territory import Territory
from tests.support.citizen import PASSWORD, Json, unused_name
from tests.support.eventually import eventually
from tests.support.servers import Servers


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone logged in, at the event service."""

    account_id: str
    access_token: str
    refresh_token: str
    events: httpx.AsyncClient

    async def append(self, stream: str, *titles: str, expected: int | str = "any", **more: object) -> httpx.Response:
        proposed = [{"type": "event.decision.recorded", "data": {"title": t, "outcome": "yes"}} for t in titles]
        return await self.post(stream, {"expected_version": expected, "events": proposed, **more})

    async def post(self, stream: str, body: Json) -> httpx.Response:
        return await self.events.post(f"/events/streams/{stream}", json=body, headers=self._headers)

    async def ask(
        self, method: str, path: str, body: Json = None, headers: Mapping[str, str | bytes] | None = None
    ) -> httpx.Response:
        """Any request, with headers beside the token's; bytes are sent as they are."""
        given = {name: value if isinstance(value, bytes) else value.encode() for name, value in (headers or {}).items()}
        sent = {b"authorization": self._headers["Authorization"].encode(), **{n.encode(): v for n, v in given.items()}}
        return await self.events.request(method, path, json=body, headers=sent)

    async def get(self, path: str, **query: str | float | list[str]) -> httpx.Response:
        return await self.events.get(path, params=query, headers=self._headers)

    async def pages(self, path: str, **query: str | float | list[str]) -> list[Json]:
        """All items of a list, page after page."""
        items: list[Json] = []
        while True:
            answer = await self.get(path, **query)
            assert answer.status_code == 200, answer.text
            items += answer.json()["items"]
            if answer.json()["next_cursor"] is None:
                return items
            query["cursor"] = answer.json()["next_cursor"]

    async def accept(self, neighbour: str) -> httpx.Response:
        """A neighbour's fork, as an operator does."""
        return await self.events.post(f"/events/witness/{neighbour}/accept", headers=self._headers)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}"}


@dataclass(frozen=True, slots=True)
class Record:
    """The services of one territory."""

    territory: Territory
    auth: httpx.AsyncClient
    events: httpx.AsyncClient
    pool: Pool

    async def caller(self, role: str | None = None) -> Caller:
        name = unused_name()
        body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
        answer = await self.auth.post("/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        if role is not None:
            context = new_context()
            async with unit_of_work(self.pool, self.territory, SYSTEM, person_keys=None, context=context) as work:
                await grant_role(work, name, role)
        return Caller(
            answer.json()["user"]["id"], answer.json()["access_token"], answer.json()["refresh_token"], self.events
        )

    async def sealed(self, event_id: str, caller: Caller) -> Json:
        """The event, once it has a position."""

        async def found() -> Json:
            answer = await caller.get(f"/events/by-id/{event_id}")
            return answer.json() if answer.json()["position"] else None

        return await eventually(found)

    async def head(self) -> int:
        return await store.head(self.pool)


def a_stream() -> str:
    return f"decision-{new_id()}"


@asynccontextmanager
async def record(servers: Servers, territory: Territory, **more: Any) -> AsyncIterator[Record]:  # noqa: ANN401 (any setting)
    settings = servers.settings(EventSettings, territory)
    pool = Pool(settings.database_url_for(territory.slug), max_size=4, application_name="test")
    async with (
        servers.running(AuthSettings, create_auth, territory) as auth,
        servers.running(EventSettings, create_app, territory, **more) as events,
    ):
        yield Record(territory, auth, events, pool)
    await pool.close()
