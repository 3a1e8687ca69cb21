"""Access tokens of programs: made, used, shown, and worthless within two seconds of their end."""

import re

import httpx
from sqlalchemy import func, select

from services.auth.access_tokens.tables import access_tokens
from shared.database.statements import compiled
from shared.territory.territory import Territory
from tests.services.auth.visitor import Visitor, visiting
from tests.support.citizen import Json
from tests.support.eventually import eventually
from tests.support.servers import Servers

_HASHES = compiled(select(func.string_agg(func.encode(access_tokens.c.token_hash, "escape"), " ")))


async def made(visitor: Visitor, owner: str, *scopes: str) -> Json:
    body = {"name": "My calendar", "scopes": scopes, "expires_in_days": 90}
    answer = await visitor.post("/auth/access-tokens", body, owner)
    assert answer.status_code == 201, answer.text
    return answer.json()


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def test_a_token_is_used_and_its_last_use_shown_until_it_is_revoked(visitor: Visitor) -> None:
    owner = (await visitor.register())["access_token"]
    token = await made(visitor, owner, "read")
    assert re.fullmatch(rf"upat_{visitor.territory.code}_[A-Za-z0-9_-]{{43}}", token["token"])
    (shown,) = (await visitor.get("/auth/access-tokens", owner)).json()["items"]
    assert (shown["name"], shown["scopes"], shown["last_used_at"]) == ("My calendar", ["read"], None)
    assert shown["ending"] == token["token"][-4:]
    assert (await visitor.get("/auth/me", token["token"])).status_code == 200
    (shown,) = (await visitor.get("/auth/access-tokens", owner)).json()["items"]
    assert shown["last_used_at"] is not None
    assert token["token"] not in str(await visitor.pool.fetch_value(_HASHES))
    assert (await visitor.delete(f"/auth/access-tokens/{token['id']}", owner)).status_code == 204

    async def is_refused() -> bool:
        return (await visitor.get("/auth/me", token["token"])).status_code == 401

    await eventually(is_refused, within=2)
    assert (await visitor.get("/auth/access-tokens", owner)).json()["items"] == []
    assert code_of(await visitor.delete(f"/auth/access-tokens/{token['id']}", owner)) == (404, "access-token-not-found")
    made_and_revoked = [e["type"] for e in await visitor.events_about(token["id"])]
    assert made_and_revoked == ["auth.access_token.made", "auth.access_token.revoked"]


async def test_a_token_does_no_more_than_its_scopes_and_never_changes_an_account(
    servers: Servers, territory: Territory
) -> None:
    async with visiting(servers, territory) as visitor:
        tokens = await visitor.register()
        owner = tokens["access_token"]
        too_much = {"name": "x", "scopes": ["read", "audit:read"], "expires_in_days": 1}
        assert code_of(await visitor.post("/auth/access-tokens", too_much, owner)) == (403, "permission-not-held")
        await visitor.become(tokens, "admin")
        reading, writing, giving = [
            (await made(visitor, owner, *scopes))["token"]
            for scopes in (("read",), ("read", "write"), ("read", "write", "roles:grant"))
        ]
        assert code_of(await visitor.get("/auth/grants", reading)) == (403, "token-scope")
        assert (await visitor.get("/auth/grants", giving)).status_code == 200
        assert code_of(await visitor.post("/auth/access-tokens", too_much, reading)) == (403, "token-scope")
        for token in (writing, giving):
            for method, path in (
                ("POST", "/auth/access-tokens"),
                ("POST", "/auth/factors/totp"),
                ("POST", "/auth/grants"),
                ("DELETE", "/auth/sessions"),
            ):
                answer = await visitor.http.request(method, path, headers={"Authorization": f"Bearer {token}"})
                assert code_of(answer) == (403, "person-required"), path
        # What its owner may no more, it may no more.
        grants = (await visitor.get("/auth/grants", owner)).json()["items"]
        other = await visitor.register()
        await visitor.become(other, "admin")
        answer = await visitor.delete(f"/auth/grants/{grants[0]['id']}", other["access_token"])
        assert answer.status_code == 204
        assert code_of(await visitor.get("/auth/grants", giving)) == (403, "permission-required")


async def test_what_looks_like_a_token_is_refused(visitor: Visitor) -> None:
    owner = (await visitor.register())["access_token"]
    token = (await made(visitor, owner, "read"))["token"]
    code = visitor.territory.code
    for forged in (
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.upper(),
        f"upat_{code}_",
        f"upat_{code}_{'x' * 10_000}",
        f"{token}=",
    ):
        answer = await visitor.get("/auth/me", forged)
        assert answer.status_code == 401, forged
    for elsewhere in (f"upat_HAIDA-FN-CA_{'x' * 43}", "upat_", "upat_x", "upat__x"):
        assert (await visitor.get("/auth/me", elsewhere)).status_code in {401, 404}, elsewhere


async def test_a_service_account_has_tokens_and_no_password(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory) as visitor:
        tokens = await visitor.register()
        await visitor.become(tokens, "admin")
        admin = tokens["access_token"]
        body = {"username": "Harbour_Gauge", "display_name": "The gauge"}
        opened = await visitor.post("/auth/service-accounts", body, admin)
        assert opened.status_code == 201, opened.text
        assert code_of(await visitor.post("/auth/service-accounts", body, admin)) == (409, "username-taken")
        account = opened.json()["id"]
        for password in ("", "nobody has this password", "a sentence is a good password"):
            assert (await visitor.login("harbour_gauge", password)).status_code == 401
        wanted = {"name": "Gauge", "scopes": ["read", "write", "events:append"], "expires_in_days": 30}
        path = f"/auth/service-accounts/{account}/tokens"
        token = (await visitor.post(path, wanted, admin)).json()
        why = "/auth/permissions/events:append"
        assert (await visitor.get(why, token["token"])).json()["rule"] == "not-granted"
        await visitor.post("/auth/grants", {"account_id": account, "role": "service"}, admin)
        assert (await visitor.get(why, token["token"])).json()["allowed"]
        assert [item["id"] for item in (await visitor.get(path, admin)).json()["items"]] == [token["id"]]
        listed = (await visitor.get("/auth/service-accounts", admin)).json()["items"]
        assert [item["username"] for item in listed] == ["harbour_gauge"]
        assert (await visitor.delete(f"/auth/service-accounts/{account}", admin)).status_code == 204

        async def is_refused() -> bool:
            return (await visitor.get("/auth/me", token["token"])).status_code == 401

        await eventually(is_refused, within=2)
        for missing in (path, f"/auth/service-accounts/{tokens['user']['id']}/tokens"):
            assert code_of(await visitor.get(missing, admin)) == (404, "service-account-not-found")


async def test_who_acts_in_anothers_name_is_on_record_and_may_do_less(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory) as visitor:
        tokens, anna = await visitor.register(), await visitor.register()
        await visitor.become(tokens, "admin")
        admin, whom = tokens["access_token"], {"account_id": anna["user"]["id"]}
        assert code_of(await visitor.post("/auth/impersonations", whom, admin)) == (422, "reason-required")
        headers = {"Authorization": f"Bearer {admin}", "X-Reason": "She called"}
        begun = await visitor.http.post("/auth/impersonations", json=whom, headers=headers)
        assert begun.status_code == 201, begun.text
        token = begun.json()["access_token"]
        me = (await visitor.get("/auth/me", token)).json()
        assert (me["id"], me["impersonator_id"]) == (anna["user"]["id"], tokens["user"]["id"])
        (own, _) = (await visitor.get("/auth/sessions", anna["access_token"])).json()["items"]
        assert own["is_impersonation"]
        for method, path in (
            ("POST", "/auth/access-tokens"),
            ("POST", "/auth/factors/totp"),
            ("POST", "/auth/password"),
            ("DELETE", "/auth/sessions"),
        ):
            answer = await visitor.http.request(method, path, headers={"Authorization": f"Bearer {token}"})
            assert code_of(answer) == (403, "person-required"), path
        for refused in ({"account_id": tokens["user"]["id"]}, {"username": anna["user"]["username"]}):
            await visitor.become(anna, "moderator")
            answer = await visitor.http.post("/auth/impersonations", json=refused, headers=headers)
            assert code_of(answer) == (403, "impersonation-refused")
        # Not even by a role that was given meanwhile.
        assert (await visitor.get("/auth/permissions/content:moderate", token)).json()["allowed"]
        path = f"/auth/impersonations/{begun.json()['session_id']}"
        assert (await visitor.delete(path, admin)).status_code == 204
        await visitor.is_revoked(token)
        assert code_of(await visitor.delete(path, admin)) == (404, "session-not-found")
        (started,) = [e["data"] for e in await visitor.all_events() if e["type"] == "auth.impersonation.started"]
        assert (started["account_id"], started["impersonator_id"]) == (anna["user"]["id"], tokens["user"]["id"])
