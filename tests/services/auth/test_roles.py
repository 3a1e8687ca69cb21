"""Giving a citizen a role, as the operator's command does, and what the citizen sees of it."""

import pytest

from services.auth.roles.commands import grant_role, revoke_role
from shared.errors import ServiceError
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM
from shared.observability.request_context import new_context
from shared.territory.territory import Territory
from tests.services.auth.visitor import Visitor, visiting
from tests.support.servers import Servers


async def grant(visitor: Visitor, territory: Territory, username: str, role: str) -> bool:
    async with unit_of_work(visitor.pool, territory, SYSTEM, person_keys=None, context=new_context()) as work:
        return await grant_role(work, username, role)


async def revoke(visitor: Visitor, territory: Territory, username: str, role: str) -> bool:
    async with unit_of_work(visitor.pool, territory, SYSTEM, person_keys=None, context=new_context()) as work:
        return await revoke_role(work, username, role)


async def test_a_role_counts_at_once_and_until_it_is_taken(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory) as visitor:
        tokens = await visitor.register()
        user = tokens["user"]
        assert await grant(visitor, territory, user["username"].upper(), "auditor")
        assert not await grant(visitor, territory, user["username"], "auditor")
        me = (await visitor.get("/auth/me", tokens["access_token"])).json()
        assert me["roles"] == ["auditor"]
        assert me["permissions"] == ["audit:read", "events:read-all"]
        renewed = (await visitor.refresh(tokens["refresh_token"])).json()
        assert await revoke(visitor, territory, user["username"], "auditor")
        assert not await revoke(visitor, territory, user["username"], "auditor")
        assert (await visitor.get("/auth/me", renewed["access_token"])).json()["roles"] == []
        types = [event["type"] for event in await visitor.events_about(user["id"])]
        assert [kind for kind in types if kind.startswith("auth.role")] == ["auth.role.granted", "auth.role.revoked"]


async def test_a_role_or_a_citizen_that_does_not_exist_is_refused(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory) as visitor:
        user = (await visitor.register())["user"]
        with pytest.raises(ServiceError, match="unknown-role"):
            await grant(visitor, territory, user["username"], "emperor")
        with pytest.raises(ServiceError, match="account-not-found"):
            await grant(visitor, territory, "nobody_at_all", "admin")
