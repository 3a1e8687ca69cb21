"""Who manages accounts shuts one and opens it again: at once, on record, and never above themself."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest_asyncio

from shared.identifiers import new_id
from tests.services.auth.test_passkeys import entered, registered
from tests.services.auth.visitor import Visitor, visiting
from tests.support.citizen import PASSWORD, Json
from tests.support.servers import Servers
from tests.support.soft_authenticator import SoftAuthenticator

REASON = "reported for threats"


@dataclass(frozen=True, slots=True)
class Managed:
    """A territory with an admin for good, and one who manages accounts and nothing more."""

    visitor: Visitor
    admin: Json
    manager: Json

    async def shut(self, by: Json, whom: Json, deed: str = "disable", reason: str | None = REASON) -> httpx.Response:
        headers = {"Authorization": f"Bearer {by['access_token']}"} | ({"X-Reason": reason} if reason else {})
        return await self.visitor.http.post(f"/auth/accounts/{whom['user']['id']}/{deed}", headers=headers)


@pytest_asyncio.fixture(scope="module")
async def managed(servers: Servers) -> AsyncIterator[Managed]:
    async with visiting(servers, await servers.new_territory()) as visitor:
        await visitor.keys_are_made()
        admin, manager = await visitor.register(), await visitor.register()
        await visitor.become(admin, "admin")
        role = {"permissions": ["accounts:manage"]}
        assert (await visitor.put("/auth/roles/doorkeeper", role, admin["access_token"])).status_code == 201
        await visitor.become(manager, "doorkeeper")
        yield Managed(visitor, admin, manager)


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"] if answer.content else ""


async def test_all_that_opens_an_account_ends_and_a_login_is_answered_like_a_wrong_one(managed: Managed) -> None:
    visitor, anna = managed.visitor, await managed.visitor.register()
    name, token = anna["user"]["username"], anna["access_token"]
    wanted = {"name": "Gauge", "scopes": ["read"], "expires_in_days": 1}
    program = (await visitor.post("/auth/access-tokens", wanted, token)).json()["token"]
    device = SoftAuthenticator()
    assert (await registered(visitor, token, device)).status_code == 201
    again = (await visitor.login(name)).json()
    assert said(await managed.shut(managed.manager, anna)) == (204, "")
    for each in (token, again["access_token"]):
        await visitor.is_revoked(each)
    await visitor.is_refused("/auth/me", program)
    for each in (anna, again):
        assert (await visitor.refresh(each["refresh_token"])).json()["code"] == "refresh-token-invalid"
    right, wrong = await visitor.login(name), await visitor.login(name, "not this one")
    assert right.status_code == wrong.status_code == 401
    assert {key: value for key, value in right.json().items() if key != "request_id"} == {
        key: value for key, value in wrong.json().items() if key != "request_id"
    }
    assert (await entered(visitor, device)).status_code == 401
    # Opened again, it is entered by a login; what had ended stays so.
    assert said(await managed.shut(managed.manager, anna, "enable")) == (204, "")
    assert (await visitor.login(name)).status_code == 200
    assert (await visitor.refresh(again["refresh_token"])).status_code == 401
    assert (await visitor.get("/auth/me", token)).status_code == 401
    events = await visitor.events_about(anna["user"]["id"])
    kinds = [event["type"] for event in events if event["type"].startswith("auth.account.")]
    assert kinds == ["auth.account.registered", "auth.account.disabled", "auth.account.enabled"]


async def test_it_wants_a_reason_a_person_and_the_permission(managed: Managed) -> None:
    visitor, anna, berta = managed.visitor, await managed.visitor.register(), await managed.visitor.register()
    nobody = {"user": {"id": str(new_id())}}
    opened = {"username": "gauge_of_rain", "display_name": "Gauge"}
    program = await visitor.post("/auth/service-accounts", opened, managed.admin["access_token"])
    for deed in ("disable", "enable"):
        assert said(await managed.shut(managed.manager, anna, deed, reason=None)) == (422, "reason-required")
        assert said(await managed.shut(berta, anna, deed)) == (403, "permission-required")
        for unknown in (nobody, {"user": program.json()}):
            assert said(await managed.shut(managed.admin, unknown, deed)) == (404, "account-not-found")
    assert (await visitor.get("/auth/me", anna["access_token"])).status_code == 200


async def test_nobody_shuts_out_themself_or_whoever_may_more(managed: Managed) -> None:
    assert said(await managed.shut(managed.manager, managed.manager)) == (403, "own-account")
    assert said(await managed.shut(managed.manager, managed.admin)) == (403, "account-above")


async def test_of_two_admins_who_shut_out_each_other_at_one_moment_one_stays(servers: Servers) -> None:
    async with visiting(servers, await servers.new_territory()) as visitor:
        await visitor.keys_are_made()
        one, other = await visitor.register(), await visitor.register()
        for each in (one, other):
            await visitor.become(each, "admin")
        both = Managed(visitor, one, other)
        answers = await asyncio.gather(both.shut(one, other), both.shut(other, one))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses in ([204, 401], [204, 409])
        stays, shut = (one, other) if answers[0].status_code == 204 else (other, one)
        # Where there is one admin left, nobody else may shut them out either.
        assert said(await both.shut(stays, shut, "enable")) == (204, "")
        assert (await visitor.login(shut["user"]["username"], PASSWORD)).status_code == 200


async def test_whoever_acts_for_another_does_so_no_more(managed: Managed) -> None:
    visitor, anna, helper = managed.visitor, await managed.visitor.register(), await managed.visitor.register()
    role = {"permissions": ["accounts:impersonate"]}
    assert (await visitor.put("/auth/roles/helper", role, managed.admin["access_token"])).status_code in (200, 201)
    await visitor.become(helper, "helper")
    begun = await visitor.http.post(
        "/auth/impersonations",
        json={"username": anna["user"]["username"]},
        headers={"Authorization": f"Bearer {helper['access_token']}", "X-Reason": "asked"},
    )
    assert begun.status_code == 201, begun.text
    assert said(await managed.shut(managed.manager, helper)) == (403, "account-above")
    assert said(await managed.shut(managed.admin, helper)) == (204, "")
    await visitor.is_revoked(begun.json()["access_token"])
    assert (await visitor.get("/auth/me", anna["access_token"])).status_code == 200


async def test_who_was_erased_does_not_come_back(managed: Managed) -> None:
    anna = await managed.visitor.register()
    await managed.visitor.erase(anna["user"]["id"])
    assert said(await managed.shut(managed.admin, anna, "enable")) == (404, "account-not-found")


async def test_of_a_login_and_a_shutting_at_one_moment_no_session_is_left(managed: Managed) -> None:
    visitor = managed.visitor
    for _ in range(5):
        anna = await visitor.register()
        logins = (visitor.login(anna["user"]["username"]) for _ in range(3))
        _, *answers = await asyncio.gather(managed.shut(managed.manager, anna), *logins)
        for tokens in (answer.json() for answer in answers if answer.status_code == 200):
            await visitor.is_revoked(tokens["access_token"])
