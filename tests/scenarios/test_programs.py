"""Programs and helpers at a whole pod: every service takes an access token, and names who acts for whom."""

from tests.support.citizen import Citizen
from tests.support.eventually import eventually
from tests.support.pod import Pod

PATHS = ("/auth/me", "/users/me", "/events?limit=1", "/feed", "/search?q=boats", "/home")


async def test_a_program_uses_the_whole_pod_and_is_out_of_it_within_two_seconds(dk: Pod) -> None:
    async with Citizen(dk.address()) as owner, Citizen(dk.address()) as reader, Citizen(dk.address()) as writer:
        await owner.register()
        wanted = {"name": "Boats", "expires_in_days": 1}
        made = [
            (await owner.call("POST", "/auth/access-tokens", wanted | {"scopes": scopes})).json()
            for scopes in (["read"], ["read", "write"])
        ]
        reader.access_token, writer.access_token = (token["token"] for token in made)
        for _ in range(2):
            for path in PATHS:
                assert (await reader.call("GET", path)).status_code == 200, path
        community = {"name": f"Boats of {owner.username}", "visibility": "public", "join_policy": "open"}
        refused = await reader.call("POST", "/communities", community)
        assert (refused.status_code, refused.json()["code"]) == (403, "token-scope")
        assert (await writer.call("POST", "/communities", community)).status_code == 201
        live = await reader.connect()
        await owner.call("DELETE", f"/auth/access-tokens/{made[0]['id']}")

        async def is_out() -> bool:
            return {(await reader.call("GET", path)).status_code for path in PATHS} == {401}

        await eventually(is_out, within=2)
        await eventually(lambda: live.socket.close_code == 4401, within=2)


async def test_an_operator_gives_a_role_for_a_while_and_takes_it_back(dk: Pod) -> None:
    async with Citizen(dk.address()) as citizen:
        await citizen.register()
        given = await dk.command("grant", citizen.username, "auditor", "--until", "2999-01-01T00:00:00")
        assert (given.code, "until 2999" in given.out) == (0, True), given.err
        why = await citizen.get("/auth/permissions/audit:read")
        assert (why["allowed"], why["grant"]["expires_at"][:4]) == (True, "2999")
        taken = await dk.command("grant", citizen.username, "auditor", "--take")
        assert (taken.code, "is not auditor" in taken.out) == (0, True), taken.err
        assert (await citizen.get("/auth/permissions/audit:read"))["rule"] == "not-granted"


async def test_what_a_helper_does_names_both_in_the_audit_list(dk: Pod) -> None:
    async with Citizen(dk.address()) as admin, Citizen(dk.address()) as anna, Citizen(dk.address()) as helper:
        await admin.register()
        await anna.register()
        assert (await dk.command("grant", admin.username, "admin")).code == 0
        headers = {"X-Reason": "She called"}
        begun = await admin.call("POST", "/auth/impersonations", {"username": anna.username}, headers=headers)
        assert begun.status_code == 201, begun.text
        helper.access_token = begun.json()["access_token"]
        community = await helper.create_community(f"Boats for {anna.username}")

        async def entries() -> bool:
            items = (await admin.get("/audit", actor=anna.id, subject=f"community-{community['id']}"))["items"]
            return bool(items) and {item["impersonator"] for item in items} == {admin.id}

        await eventually(entries)
        assert (await helper.call("DELETE", "/auth/sessions")).json()["code"] == "person-required"
