"""On which terms people get in: openly, by invitation, by approval."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from services.auth.roles.commands import grant_role
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM
from shared.observability.request_context import new_context
from tests.services.auth.visitor import Visitor, visiting
from tests.support.citizen import PASSWORD, Json, unused_name
from tests.support.postbox import Postbox, postbox
from tests.support.servers import Servers


class Office:
    """A territory's door, and an admin who has a say about it."""

    def __init__(self, visitor: Visitor, box: Postbox, admin: Json) -> None:
        self.visitor, self.box, self.admin = visitor, box, admin

    async def call(self, method: str, path: str, body: Json = None, token: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.admin['access_token']}"}
        return await self.visitor.http.request(method, path, json=body, headers=headers)

    async def switch(self, mode: str, *, passwords: bool = True) -> None:
        answer = await self.call("PUT", "/auth/sign-up", {"mode": mode, "passwords": passwords})
        assert answer.status_code == 200, answer.text

    async def invite(self, **terms: Json) -> Json:
        answer = await self.call("POST", "/auth/invitations", terms)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def sign_up(self, **more: str) -> httpx.Response:
        name = unused_name()
        body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, **more}
        return await self.visitor.post("/auth/register", body)

    async def waiting(self) -> list[Json]:
        answer = await self.call("GET", "/auth/applications?limit=100")
        assert answer.status_code == 200, answer.text
        items: list[Json] = answer.json()["items"]
        return items


@pytest_asyncio.fixture(scope="module")
async def shared_office(servers: Servers) -> AsyncIterator[Office]:
    territory = await servers.new_territory()
    async with (
        postbox() as box,
        visiting(servers, territory, smtp_url=box.url, auth_verification="optional") as visitor,
    ):
        await visitor.keys_are_made()
        admin = await visitor.register()
        async with unit_of_work(visitor.pool, territory, SYSTEM, person_keys=None, context=new_context()) as work:
            await grant_role(work, admin["user"]["username"], "admin")
        yield Office(visitor, box, admin)


@pytest_asyncio.fixture
async def office(shared_office: Office) -> AsyncIterator[Office]:
    yield shared_office
    await shared_office.switch("open")


class TestTerms:
    async def test_everyone_reads_them_and_they_count_at_once(self, office: Office) -> None:
        open_terms = await office.visitor.http.get("/auth/sign-up")
        assert open_terms.json() == {"mode": "open", "passwords": True, "email_verification": False}
        await office.switch("invitation")
        assert (await office.visitor.http.get("/auth/sign-up")).json()["mode"] == "invitation"
        assert (await office.sign_up()).json()["code"] == "invitation-required"
        await office.switch("open")
        assert (await office.sign_up()).status_code == 201
        changes = [e for e in await office.visitor.all_events() if e["type"] == "auth.sign_up.switched"]
        assert [change["data"]["mode"] for change in changes[-2:]] == ["invitation", "open"]

    async def test_only_who_may_switches_them(self, office: Office) -> None:
        citizen = await office.visitor.register()
        answer = await office.call("PUT", "/auth/sign-up", {"mode": "open"}, citizen["access_token"])
        assert (answer.status_code, answer.json()["code"]) == (403, "permission-required")
        for body in ({"mode": "closed"}, {}, {"mode": "open", "passwords": "perhaps"}):
            assert (await office.call("PUT", "/auth/sign-up", body)).status_code == 422

    async def test_where_passwords_are_off_nothing_takes_one(self, office: Office) -> None:
        await office.switch("open", passwords=False)
        answers = [
            await office.sign_up(),
            await office.visitor.login(office.admin["user"]["username"]),
            await office.visitor.post("/auth/password/forgotten", {"email": "anna@example.org"}),
            await office.visitor.post("/auth/password/reset", {"token": "upm_x", "password": PASSWORD}),
            await office.visitor.change_password(office.admin["access_token"], PASSWORD, f"{PASSWORD} too"),
        ]
        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "passwords-off")] * 5
        assert (await office.visitor.refresh(office.admin["refresh_token"])).status_code == 200


class TestInvitations:
    async def test_one_is_good_for_one_and_its_use_is_on_record(self, office: Office) -> None:
        await office.switch("invitation")
        made = await office.invite(note="for Anna")
        user = (await office.sign_up(invitation=made["invitation"])).json()["user"]
        again = await office.sign_up(invitation=made["invitation"])
        assert (again.status_code, again.json()["code"]) == (422, "invitation-unknown")
        assert again.json()["errors"][0]["pointer"] == "/invitation"
        uses = (await office.call("GET", f"/auth/invitations/{made['id']}/uses")).json()["items"]
        assert [(use["account_id"], use["username"]) for use in uses] == [(user["id"], user["username"])]
        listed = (await office.call("GET", "/auth/invitations?limit=100")).json()["items"]
        (shown,) = [item for item in listed if item["id"] == made["id"]]
        assert (shown["uses"], shown["max_uses"], shown["note"]) == (1, 1, "for Anna")
        assert made["invitation"] not in str(listed)
        types = [event["type"] for event in await office.visitor.events_about(made["id"])]
        assert types[:2] == ["auth.invitation.created", "auth.invitation.used"]

    async def test_of_many_who_come_by_one_at_once_so_many_get_in_as_it_says(self, office: Office) -> None:
        made = await office.invite(max_uses=3)
        answers = await asyncio.gather(*(office.sign_up(invitation=made["invitation"]) for _ in range(8)))
        assert sorted(answer.status_code for answer in answers) == [201] * 3 + [422] * 5

    async def test_one_that_is_too_old_taken_back_or_made_up_is_worth_nothing_also_where_none_is_needed(
        self, office: Office
    ) -> None:
        old, revoked = await office.invite(), await office.invite()
        await office.visitor.age_invitation(old["id"], timedelta(days=7, seconds=1))
        for _ in range(2):
            assert (await office.call("DELETE", f"/auth/invitations/{revoked['id']}")).status_code == 204
        for token in (old["invitation"], revoked["invitation"], "upi_made_up", ""):
            answer = await office.sign_up(invitation=token)
            assert (answer.status_code, answer.json()["code"]) == (422, "invitation-unknown")

    async def test_a_sign_up_that_fails_uses_none(self, office: Office) -> None:
        made = await office.invite()
        taken = office.admin["user"]["username"]
        assert (await office.sign_up(invitation=made["invitation"], username=taken)).status_code == 409
        assert (await office.sign_up(invitation=made["invitation"])).status_code == 201

    @pytest.mark.parametrize(
        "terms",
        [{"max_uses": 0}, {"max_uses": 10_001}, {"expires_in_days": 366}, {"max_uses": "1"}, {"note": "x" * 201}],
    )
    async def test_one_beyond_measure_is_not_made(self, office: Office, terms: Json) -> None:
        assert (await office.call("POST", "/auth/invitations", terms)).status_code == 422

    async def test_one_that_does_not_exist_is_not_found(self, office: Office) -> None:
        missing = "/auth/invitations/0192f7a0-0000-7000-8000-000000000000"
        assert (await office.call("DELETE", missing)).status_code == 404
        assert (await office.call("GET", f"{missing}/uses")).status_code == 404

    async def test_a_list_comes_in_pages(self, office: Office) -> None:
        for _ in range(3):
            await office.invite()
        seen: list[str] = []
        path = "/auth/invitations?limit=2"
        while path:
            page = (await office.call("GET", path)).json()
            seen += [item["id"] for item in page["items"]]
            path = f"/auth/invitations?limit=2&cursor={page['next_cursor']}" if page["next_cursor"] else ""
        assert len(seen) == len(set(seen)) >= 3
        assert (await office.call("GET", "/auth/invitations?cursor=nonsense")).status_code == 422

    async def test_nobody_else_makes_or_sees_them(self, office: Office) -> None:
        token = (await office.visitor.register())["access_token"]
        for method, path in (
            ("POST", "/auth/invitations"),
            ("GET", "/auth/invitations"),
            ("GET", "/auth/applications"),
        ):
            answer = await office.call(method, path, {} if method == "POST" else None, token)
            assert (answer.status_code, answer.json()["code"]) == (403, "permission-required")


class TestApproval:
    async def test_an_account_opens_once_somebody_says_so(self, office: Office) -> None:
        await office.switch("approval")
        name = unused_name()
        answer = await office.sign_up(username=name, application="I live at the harbour")
        assert (answer.status_code, answer.json()) == (202, {"waits_for": "approval"})
        early = await office.visitor.login(name)
        assert (early.status_code, early.json()["code"]) == (403, "approval-pending")
        assert (await office.visitor.login(name, "a wrong guess it is")).json()["code"] == "invalid-credentials"
        (shown,) = [item for item in await office.waiting() if item["username"] == name]
        assert shown["application"] == "I live at the harbour"
        path = f"/auth/applications/{shown['account_id']}"
        assert (await office.call("POST", f"{path}/approve")).status_code == 204
        assert (await office.call("POST", f"{path}/approve")).status_code == 404
        await office.box.letter_to(shown["email"], "Your account is open")
        assert (await office.visitor.login(name)).status_code == 200
        types = [event["type"] for event in await office.visitor.events_about(shown["account_id"])]
        for expected in ("auth.sign_up.requested", "auth.account.registered", "auth.sign_up.approved"):
            assert expected in types

    async def test_who_is_refused_is_told_and_the_name_is_free_again(self, office: Office) -> None:
        await office.switch("approval")
        name = unused_name()
        await office.sign_up(username=name)
        (shown,) = [item for item in await office.waiting() if item["username"] == name]
        assert (await office.call("POST", f"/auth/applications/{shown['account_id']}/refuse")).status_code == 204
        await office.box.letter_to(shown["email"], "Your account was not opened")
        assert (await office.visitor.login(name)).json()["code"] == "invalid-credentials"
        await office.visitor.forget_unadmitted(timedelta(days=2))
        assert (await office.sign_up(username=name)).status_code == 202

    async def test_who_is_invited_needs_none(self, office: Office) -> None:
        await office.switch("approval")
        made = await office.invite()
        assert (await office.sign_up(invitation=made["invitation"])).status_code == 201
