"""A territory with everything that makes something findable, and the search service on an index of its own."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from services.auth.app import create_app as create_auth
from services.auth.settings import AuthSettings
from services.community.app import create_app as create_community
from services.community.settings import CommunitySettings
from services.event.app import create_app as create_event
from services.event.settings import EventSettings
from services.search.app import create_app as create_search
from services.search.settings import SearchSettings
from services.user.app import create_app as create_user
from services.user.settings import UserSettings
from shared.territory.territory import Territory
from tests.support.citizen import PASSWORD, Json, unused_name
from tests.support.eventually import eventually
from tests.support.servers import Servers

EVERYTHING = {"limit": "100"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Logged in, or a stranger without a token."""

    library: "Library"
    id: str = ""
    access_token: str = ""

    async def send(self, service: httpx.AsyncClient, method: str, path: str, body: object = None) -> Json:
        headers = {"Authorization": f"Bearer {self.access_token}"} if self.access_token else {}
        answer = await service.request(method, path, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    async def found(self, name: str, visibility: str = "public", description: str = "") -> str:
        body = {"name": name, "visibility": visibility, "join_policy": "open", "description": description}
        return str((await self.send(self.library.community, "POST", "/communities", body))["id"])

    async def post(self, community_id: str, title: str, body: str = "") -> str:
        path = f"/communities/{community_id}/posts"
        return str((await self.send(self.library.community, "POST", path, {"title": title, "body": body}))["id"])

    async def join(self, community_id: str) -> None:
        await self.send(self.library.community, "POST", f"/communities/{community_id}/members", {})

    async def search(self, words: str, **more: str) -> Json:
        headers = {"Authorization": f"Bearer {self.access_token}"} if self.access_token else {}
        parameters = {"q": words, **EVERYTHING, **more}
        answer = await self.library.search.get("/search", params=parameters, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def finds(self, words: str, **more: str) -> set[str]:
        return {item["id"] for item in (await self.search(words, **more))["items"]}

    async def comes_to_find(self, words: str, identity: str) -> None:
        """Wait until it is in the index."""

        async def is_found() -> bool:
            return identity in await self.finds(words)

        await eventually(is_found)


@dataclass(frozen=True, slots=True)
class Library:
    """The services."""

    auth: httpx.AsyncClient
    community: httpx.AsyncClient
    search: httpx.AsyncClient

    async def reader(self, **more: object) -> Reader:
        name = unused_name()
        body: Mapping[str, object] = {
            "username": name,
            "email": f"{name}@example.org",
            "password": PASSWORD,
            **more,
        }
        answer = await self.auth.post("/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        return Reader(self, answer.json()["user"]["id"], answer.json()["access_token"])

    def stranger(self) -> Reader:
        return Reader(self)


@asynccontextmanager
async def searching(
    servers: Servers, territory: Territory, folder: Path, **more: object
) -> AsyncIterator[httpx.AsyncClient]:
    """A search service with its index below the folder."""
    async with servers.running(SearchSettings, create_search, territory, search_data=folder, **more) as search:
        yield search


@asynccontextmanager
async def library(servers: Servers, territory: Territory, folder: Path) -> AsyncIterator[Library]:
    """All that is needed, side by side."""
    async with (
        servers.running(EventSettings, create_event, territory),
        servers.running(AuthSettings, create_auth, territory) as auth,
        servers.running(UserSettings, create_user, territory),
        servers.running(CommunitySettings, create_community, territory) as community,
        searching(servers, territory, folder) as search,
    ):
        yield Library(auth, community, search)
