"""Giving a citizen a role, as the operator's command does, and what the citizen sees of it."""

from datetime import timedelta
from functools import partial

import pytest

from services.auth.roles.commands import end_expired_grants, grant_role, revoke_role
from shared.clock import utc_now
from shared.errors import ServiceError
from shared.identifiers import new_id
from shared.identity.places import Resource, ResourceKind
from shared.territory.territory import Territory
from tests.services.auth.test_decision_table import announce_gatherings, found_communities
from tests.services.auth.visitor import Visitor, visiting
from tests.support.eventually import eventually
from tests.support.servers import Servers


async def grant(visitor: Visitor, username: str, role: str) -> bool:
    return await visitor.operate(partial(grant_role, username=username, role=role))


async def revoke(visitor: Visitor, username: str, role: str) -> bool:
    return await visitor.operate(partial(revoke_role, username=username, role=role))


async def test_a_role_counts_at_once_and_until_it_is_taken(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory) as visitor:
        tokens = await visitor.register()
        user = tokens["user"]
        assert await grant(visitor, user["username"].upper(), "auditor")
        assert not await grant(visitor, user["username"], "auditor")
        me = (await visitor.get("/auth/me", tokens["access_token"])).json()
        assert me["roles"] == ["auditor"]
        assert me["permissions"] == ["audit:read", "events:read-all"]
        renewed = (await visitor.refresh(tokens["refresh_token"])).json()
        assert await revoke(visitor, user["username"], "auditor")
        assert not await revoke(visitor, user["username"], "auditor")
        assert (await visitor.get("/auth/me", renewed["access_token"])).json()["roles"] == []
        types = [event["type"] for event in await visitor.events_about(user["id"])]
        assert [kind for kind in types if kind.startswith("auth.role")] == ["auth.role.granted", "auth.role.revoked"]


async def test_a_role_or_a_citizen_that_does_not_exist_is_refused(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory) as visitor:
        user = (await visitor.register())["user"]
        with pytest.raises(ServiceError, match="unknown-role"):
            await grant(visitor, user["username"], "emperor")
        with pytest.raises(ServiceError, match="account-not-found"):
            await grant(visitor, "nobody_at_all", "admin")


async def test_a_person_gives_what_they_have_and_takes_it_back(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory) as visitor:
        admin, anna = await visitor.register(), await visitor.register()
        await grant(visitor, admin["user"]["username"], "admin")
        body = {"username": anna["user"]["username"], "role": "auditor", "expires_at": "2999-01-01T00:00:00Z"}
        assert (await visitor.post("/auth/grants", body, anna["access_token"])).status_code == 403
        given = await visitor.post("/auth/grants", body, admin["access_token"])
        assert given.status_code == 201, given.text
        assert given.json()["expires_at"] == "2999-01-01T00:00:00.000000Z"
        again = await visitor.post("/auth/grants", body | {"expires_at": None}, admin["access_token"])
        assert (again.json()["id"], again.json()["expires_at"]) == (given.json()["id"], None)
        found = await visitor.get(f"/auth/grants?account_id={anna['user']['id']}", admin["access_token"])
        assert [item["role"] for item in found.json()["items"]] == ["auditor"]
        path = f"/auth/permissions/audit:read?account_id={anna['user']['id']}"
        why = (await visitor.get(path, admin["access_token"])).json()
        assert (why["allowed"], why["rule"], why["grant"]["id"]) == (True, "granted", given.json()["id"])
        assert (await visitor.get(path, anna["access_token"])).status_code == 200
        other = f"/auth/permissions/audit:read?account_id={admin['user']['id']}"
        assert (await visitor.get(other, anna["access_token"])).status_code == 403
        gone = await visitor.delete(f"/auth/grants/{given.json()['id']}", admin["access_token"])
        assert gone.status_code == 204
        assert (await visitor.get(path, admin["access_token"])).json()["rule"] == "not-granted"
        assert (await visitor.delete(f"/auth/grants/{given.json()['id']}", admin["access_token"])).status_code == 404


async def test_nobody_gives_more_than_they_have_and_the_last_admin_stays(
    servers: Servers, territory: Territory
) -> None:
    async with visiting(servers, territory) as visitor:
        admin, giver = await visitor.register(), await visitor.register()
        await grant(visitor, admin["user"]["username"], "admin")
        defined = {"description": "Gives roles.", "permissions": ["roles:grant", "content:moderate"]}
        assert (await visitor.put("/auth/roles/giver", defined, admin["access_token"])).status_code == 201
        await grant(visitor, giver["user"]["username"], "giver")
        as_giver = giver["access_token"]
        for role, status, code in (
            ("moderator", 201, None),
            ("admin", 403, "permission-not-held"),
            ("auditor", 403, "permission-not-held"),
            ("emperor", 422, "unknown-role"),
        ):
            answer = await visitor.post("/auth/grants", {"account_id": giver["user"]["id"], "role": role}, as_giver)
            assert (answer.status_code, answer.json().get("code")) == (status, code)
        # Nor by changing a role that they hold, or one that is above them.
        for permissions in (["audit:read"], ["content:moderate", "persons:erase"]):
            answer = await visitor.put("/auth/roles/giver", {"permissions": permissions}, as_giver)
            assert answer.json()["code"] == "permission-not-held"
        for name, status, code in (("admin", 409, "role-built-in"), ("giver", 409, "role-held"), ("gone", 404, None)):
            answer = await visitor.delete(f"/auth/roles/{name}", admin["access_token"])
            assert (answer.status_code, answer.json()["code"]) == (status, code or "role-not-found")
        grants = (await visitor.get("/auth/grants?limit=1", admin["access_token"])).json()
        assert grants["next_cursor"]
        path = f"/auth/grants?account_id={admin['user']['id']}"
        (own,) = (await visitor.get(path, admin["access_token"])).json()["items"]
        assert (await visitor.delete(f"/auth/grants/{own['id']}", as_giver)).status_code in (403, 409)
        last = await visitor.delete(f"/auth/grants/{own['id']}", admin["access_token"])
        assert (last.status_code, last.json()["code"]) == (409, "last-admin")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"role": "auditor"}, 422, "validation-failed"),
        ({"role": "auditor", "username": "anna", "account_id": str(new_id())}, 422, "validation-failed"),
        ({"role": "auditor", "username": "nobody_here"}, 404, "account-not-found"),
        ({"role": "auditor", "account_id": str(new_id())}, 404, "account-not-found"),
        ({"role": "moderator", "username": "ME", "community_id": str(new_id())}, 404, "community-not-found"),
        ({"role": "auditor", "username": "ME", "community_id": str(new_id())}, 422, "role-not-for-community"),
        ({"role": "auditor", "username": "ME", "expires_at": "2020-01-01T00:00:00Z"}, 422, "expiry-past"),
        ({"role": "auditor", "username": "ME", "expires_at": "2999-01-01T00:00:00"}, 422, "validation-failed"),
        ({"role": "auditor\u0000", "username": "ME"}, 422, None),
        ({"role": "../admin", "username": "ME"}, 422, "validation-failed"),
        ({"role": "auditor", "username": "ME", "territory": "CA"}, 422, "validation-failed"),
    ],
)
async def test_a_grant_that_makes_no_sense_is_refused(
    visitor: Visitor, body: dict[str, object], status: int, code: str | None
) -> None:
    admin = await visitor.register()
    await visitor.become(admin, "admin")
    sent = {name: admin["user"]["username"] if value == "ME" else value for name, value in body.items()}
    answer = await visitor.post("/auth/grants", sent, admin["access_token"])
    assert answer.status_code == status, answer.text
    assert code is None or answer.json()["code"] == code


async def test_a_grant_that_is_over_counts_no_more_and_its_end_is_on_record(
    servers: Servers, territory: Territory
) -> None:
    async with visiting(servers, territory) as visitor:
        tokens = await visitor.register()
        await visitor.become(tokens, "auditor", expires_at=utc_now() + timedelta(milliseconds=500))
        assert (await visitor.get("/auth/me", tokens["access_token"])).json()["roles"] == ["auditor"]

        async def is_over() -> bool:
            me = (await visitor.get("/auth/me", tokens["access_token"])).json()
            return (me["roles"], me["permissions"]) == ([], [])

        await eventually(is_over, within=2)
        await visitor.operate(end_expired_grants)
        last = (await visitor.events_about(tokens["user"]["id"]))[-1]
        assert (last["type"], last["data"]["role"]) == ("auth.role.revoked", "auditor")


async def test_a_role_on_one_gathering_is_given_explained_and_taken(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory) as visitor:
        admin, anna = await visitor.register(), await visitor.register()
        await grant(visitor, admin["user"]["username"], "admin")
        harbour, regatta = new_id(), Resource(ResourceKind.GATHERING, new_id())
        await found_communities(servers, territory, [harbour])
        await announce_gatherings(servers, territory, {regatta.id: harbour})
        body = {"username": anna["user"]["username"], "role": "moderator", "resource": str(regatta)}
        given = await visitor.post("/auth/grants", body, admin["access_token"])
        assert given.status_code == 201, given.text
        assert (given.json()["resource"], given.json()["community_id"]) == (str(regatta), None)
        path = "/auth/permissions/content:moderate"
        why = (await visitor.get(f"{path}?resource={regatta}", anna["access_token"])).json()
        assert (why["rule"], why["grant"]["id"]) == ("granted", given.json()["id"])
        assert (why["grant"]["resource"], why["grant"]["community_id"]) == (str(regatta), None)
        for query in ("", f"?community_id={harbour}", f"?community_id={regatta.id}", f"?resource=post:{regatta.id}"):
            assert (await visitor.get(f"{path}{query}", anna["access_token"])).json()["rule"] == "other-scope"
        # It is no role in the territory, and none that a token tells of.
        me = (await visitor.get("/auth/me", anna["access_token"])).json()
        assert (me["roles"], me["permissions"]) == ([], [])
        found = await visitor.get(f"/auth/grants?account_id={anna['user']['id']}", admin["access_token"])
        assert [(item["resource"], item["community_id"]) for item in found.json()["items"]] == [(str(regatta), None)]
        gone = await visitor.delete(f"/auth/grants/{given.json()['id']}", admin["access_token"])
        assert gone.status_code == 204
        assert (await visitor.get(f"{path}?resource={regatta}", anna["access_token"])).json()["rule"] == "not-granted"
        changes = [each for each in await visitor.events_about(anna["user"]["id"]) if "auth.role" in each["type"]]
        assert [each["data"]["resource"] for each in changes] == [str(regatta)] * 2


async def test_a_role_is_for_a_resource_only_where_that_makes_sense(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory) as visitor:
        admin = await visitor.register()
        await grant(visitor, admin["user"]["username"], "admin")
        harbour, post, gathering = new_id(), f"post:{new_id()}", f"gathering:{new_id()}"
        await found_communities(servers, territory, [harbour])
        for changed, status, code in (
            ({"role": "admin", "resource": post}, 422, "role-not-for-resource"),
            ({"resource": post}, 404, "post-not-found"),
            ({"resource": gathering}, 404, "gathering-not-found"),
            ({"resource": f"community:{harbour}"}, 422, "validation-failed"),
            ({"resource": "post:*"}, 422, "validation-failed"),
            ({"resource": post, "community_id": str(harbour)}, 422, "validation-failed"),
        ):
            body = {"username": admin["user"]["username"], "role": "moderator", **changed}
            answer = await visitor.post("/auth/grants", body, admin["access_token"])
            assert (answer.status_code, answer.json()["code"]) == (status, code), changed
