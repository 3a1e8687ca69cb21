"""Letters: confirming an address, changing it, choosing a new password, and what is left when mail cannot be sent."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest_asyncio

from tests.services.auth.visitor import Visitor, visiting
from tests.support.citizen import PASSWORD, Json, unused_name
from tests.support.eventually import eventually
from tests.support.postbox import ACCEPTED, Postbox, postbox
from tests.support.servers import Servers

NEW = "another sentence is as good a password"


@dataclass(frozen=True, slots=True)
class Town:
    """A territory with a mail server, where addresses must be confirmed."""

    visitor: Visitor
    box: Postbox

    async def sign_up(self, **changes: str) -> tuple[dict[str, str], httpx.Response]:
        name = unused_name()
        body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, **changes}
        return body, await self.visitor.post("/auth/register", body)

    async def citizen(self) -> Json:
        """Somebody whose address is confirmed, logged in."""
        body, _ = await self.sign_up()
        token = await self.box.token_to(body["email"])
        confirmed = await self.visitor.post("/auth/email/confirm", {"token": token})
        assert confirmed.status_code == 200, confirmed.text
        return (await self.visitor.login(body["username"])).json()

    async def confirm(self, token: str) -> httpx.Response:
        return await self.visitor.post("/auth/email/confirm", {"token": token})

    async def change_email(self, tokens: Json, email: str, password: str = PASSWORD) -> httpx.Response:
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        body = {"email": email, "password": password}
        return await self.visitor.http.post("/auth/email", json=body, headers=headers)

    async def reset(self, token: str, password: str = NEW) -> httpx.Response:
        return await self.visitor.post("/auth/password/reset", {"token": token, "password": password})

    async def forgotten(self, email: str) -> httpx.Response:
        return await self.visitor.post("/auth/password/forgotten", {"email": email})

    async def all_carried(self) -> None:
        """Wait until every letter that was asked for is sent, or was for nobody."""

        async def is_empty() -> bool:
            return await self.visitor.count_letters() == 0

        await eventually(is_empty, within=30)


@pytest_asyncio.fixture(scope="module")
async def town(servers: Servers) -> AsyncIterator[Town]:
    territory = await servers.new_territory()
    async with (
        postbox() as box,
        visiting(servers, territory, smtp_url=box.url) as visitor,
    ):
        await visitor.keys_are_made()
        yield Town(visitor, box)


class TestConfirm:
    async def test_an_account_opens_once_its_address_is_confirmed(self, town: Town) -> None:
        body, answer = await town.sign_up()
        assert (answer.status_code, answer.json()) == (202, {"waits_for": "email-verification"})
        early = await town.visitor.login(body["username"])
        assert (early.status_code, early.json()["code"]) == (403, "email-unverified")
        assert (await town.visitor.login(body["email"])).json()["code"] == "invalid-credentials"
        letter = await town.box.letter_to(body["email"])
        assert letter["Auto-Submitted"] == "auto-generated"
        assert body["username"] in letter.get_content()
        token = await town.box.token_to(body["email"])
        confirmed = await town.confirm(token)
        assert (confirmed.status_code, confirmed.json()) == (200, {"waits_for": None})
        again = await town.confirm(token)
        assert (again.status_code, again.json()["code"]) == (422, "letter-token-invalid")
        tokens = (await town.visitor.login(body["email"])).json()
        assert (await town.visitor.get("/auth/me", tokens["access_token"])).json()["is_email_verified"] is True
        types = [event["type"] for event in await town.visitor.events_about(tokens["user"]["id"])]
        for expected in ("auth.sign_up.requested", "auth.email.confirmed", "auth.account.registered"):
            assert expected in types

    async def test_a_taken_address_gets_the_same_answers_and_its_owner_a_letter(self, town: Town) -> None:
        owner = await town.citizen()
        (free, first), (taken, second) = await town.sign_up(), await town.sign_up(email=owner["user"]["email"].upper())
        assert (first.status_code, first.json(), set(first.headers)) == (
            second.status_code,
            second.json(),
            set(second.headers),
        )
        logins = [await town.visitor.login(name["username"]) for name in (free, taken)]
        assert [answer.json()["code"] for answer in logins] == ["email-unverified"] * 2
        letter = await town.box.letter_to(owner["user"]["email"], "You have an account already")
        assert "#token" not in letter.get_content()
        assert (await town.visitor.login(owner["user"]["email"])).status_code == 200

    async def test_of_two_who_claim_an_address_the_one_who_reads_its_mail_has_it(self, town: Town) -> None:
        body, _ = await town.sign_up()
        first = await town.box.token_to(body["email"])
        other, _ = await town.sign_up(email=body["email"])

        async def second_letter() -> str | None:
            token = await town.box.token_to(body["email"])
            return token if token != first else None

        second = await eventually(second_letter)
        assert second is not None
        assert (await town.confirm(first)).status_code == 200
        refused = await town.confirm(second)
        assert (refused.status_code, refused.json()["code"]) == (409, "email-taken")
        assert (await town.visitor.login(other["username"])).json()["code"] == "email-unverified"

    async def test_the_letter_is_sent_again_and_only_the_newest_holds(self, town: Town) -> None:
        body, _ = await town.sign_up()
        first = await town.box.token_to(body["email"])
        for email in (body["email"], "nobody@example.org"):
            answer = await town.visitor.post("/auth/email/confirm-again", {"email": email})
            assert (answer.status_code, answer.content) == (202, b"")
        await town.all_carried()
        second = await town.box.token_to(body["email"])
        assert first != second
        assert (await town.confirm(first)).status_code == 422
        assert (await town.confirm(second)).status_code == 200
        assert town.box.to("nobody@example.org") == []

    async def test_a_token_is_too_old_after_two_days_and_the_name_is_free_after_a_week(self, town: Town) -> None:
        body, _ = await town.sign_up()
        token = await town.box.token_to(body["email"])
        await town.visitor.age_letters(timedelta(days=2, seconds=1))
        assert (await town.confirm(token)).status_code == 422
        assert (await town.visitor.post("/auth/register", body)).json()["code"] == "username-taken"
        await town.visitor.forget_unadmitted(timedelta(days=8))
        assert (await town.visitor.post("/auth/register", body)).status_code == 202


class TestChange:
    async def test_an_address_is_another_one_once_that_is_confirmed_and_the_old_one_is_told(self, town: Town) -> None:
        tokens = await town.citizen()
        old, new = tokens["user"]["email"], f"{unused_name()}@example.net"
        assert (await town.change_email(tokens, new)).status_code == 202
        assert (await town.visitor.login(new)).status_code == 401
        token = await town.box.token_to(new, "Confirm your new")
        assert (await town.confirm(token)).status_code == 200
        assert (await town.visitor.login(new)).status_code == 200
        assert (await town.visitor.login(old)).status_code == 401
        await town.box.letter_to(old, "Your e-mail address was changed")
        types = [event["type"] for event in await town.visitor.events_about(tokens["user"]["id"])]
        assert "auth.email.changed" in types

    async def test_a_taken_one_gets_the_same_answer_and_its_owner_a_letter(self, town: Town) -> None:
        tokens, owner = await town.citizen(), await town.citizen()
        answer = await town.change_email(tokens, owner["user"]["email"])
        assert (answer.status_code, answer.content) == (202, b"")
        await town.box.letter_to(owner["user"]["email"], "You have an account already")
        me = await town.visitor.get("/auth/me", tokens["access_token"])
        assert me.json()["email"] == tokens["user"]["email"]

    async def test_it_takes_the_password(self, town: Town) -> None:
        tokens = await town.citizen()
        answer = await town.change_email(tokens, "thief@example.com", "a wrong guess it is")
        assert (answer.status_code, answer.json()["code"]) == (403, "password-wrong")


class TestReset:
    async def test_whoever_reads_the_mail_chooses_a_new_password_and_every_session_ends(self, town: Town) -> None:
        tokens = await town.citizen()
        email, name = tokens["user"]["email"], tokens["user"]["username"]
        known, unknown = await town.forgotten(email), await town.forgotten("nobody@example.org")
        assert (known.status_code, known.content, set(known.headers)) == (202, b"", set(unknown.headers))
        assert (unknown.status_code, unknown.content) == (202, b"")
        token = await town.box.token_to(email, "Choose a new password")
        weak = await town.reset(token, "passwordpassword")
        assert (weak.status_code, weak.json()["code"]) == (422, "password-refused")
        assert (await town.reset(token)).status_code == 204
        assert (await town.reset(token)).json()["code"] == "letter-token-invalid"
        assert (await town.visitor.login(name)).status_code == 401
        assert (await town.visitor.login(name, NEW)).status_code == 200
        assert (await town.visitor.refresh(tokens["refresh_token"])).status_code == 401
        await town.visitor.is_revoked(tokens["access_token"])
        await town.box.letter_to(email, "Your password was changed")
        types = [event["type"] for event in await town.visitor.events_about(tokens["user"]["id"])]
        assert types.count("auth.password.reset_requested") == types.count("auth.password.changed") == 1

    async def test_it_ends_the_delay_that_others_have_brought_upon_an_account(self, town: Town) -> None:
        user = (await town.citizen())["user"]
        for n in range(5):
            await town.visitor.login(user["username"], "a wrong guess it is", f"203.0.113.{n}")
        await town.visitor.prolong_delays()
        assert (await town.visitor.login(user["username"], address="192.0.2.9")).status_code == 429
        await town.forgotten(user["email"])
        assert (await town.reset(await town.box.token_to(user["email"], "Choose a new"))).status_code == 204
        assert (await town.visitor.login(user["username"], NEW, "192.0.2.9")).status_code == 200

    async def test_of_many_who_use_a_token_at_one_moment_one_does(self, town: Town) -> None:
        user = (await town.citizen())["user"]
        await town.forgotten(user["email"])
        token = await town.box.token_to(user["email"], "Choose a new")
        answers = await asyncio.gather(*(town.reset(token, f"{NEW} {n}") for n in range(8)))
        assert sorted(answer.status_code for answer in answers) == [204] + [422] * 7

    async def test_a_token_is_too_old_after_an_hour_and_of_no_use_for_anything_else(self, town: Town) -> None:
        user = (await town.citizen())["user"]
        await town.forgotten(user["email"])
        token = await town.box.token_to(user["email"], "Choose a new")
        assert (await town.confirm(token)).status_code == 422
        await town.visitor.age_letters(timedelta(hours=1, seconds=1))
        assert (await town.reset(token)).status_code == 422

    async def test_a_mailbox_gets_five_letters_an_hour_at_most(self, town: Town) -> None:
        user = (await town.citizen())["user"]
        for _ in range(8):
            await town.forgotten(user["email"])
        await town.all_carried()
        letters = [letter for letter in town.box.to(user["email"]) if "Choose a new" in letter["Subject"]]
        assert len(letters) == 5

    async def test_an_account_that_is_not_open_gets_none(self, town: Town) -> None:
        body, _ = await town.sign_up()
        await town.box.letter_to(body["email"])
        disabled = (await town.citizen())["user"]
        await town.visitor.disable(disabled["id"])
        for email in (body["email"], disabled["email"]):
            await town.forgotten(email)
        await town.all_carried()
        for email in (body["email"], disabled["email"]):
            assert [x for x in town.box.to(email) if "Choose a new" in x["Subject"]] == []


class TestCarrying:
    async def test_a_letter_waits_for_a_mail_server_that_is_busy_and_is_given_up_when_refused_for_good(
        self, town: Town
    ) -> None:
        town.box.answer = "451 come back later"
        body, answer = await town.sign_up()
        assert answer.status_code == 202
        before = town.box.refused
        await eventually(lambda: town.box.refused > 0, within=30)
        await eventually(town.visitor.has_postponed_letter, within=30)
        town.box.answer = ACCEPTED
        await town.visitor.hurry_letters()
        await town.forgotten("nobody@example.org")
        await town.box.letter_to(body["email"])
        town.box.answer = "550 no such mailbox"
        await town.sign_up()
        await eventually(lambda: town.box.refused > before, within=30)
        await town.all_carried()
        town.box.answer = ACCEPTED

    async def test_no_token_is_kept_readable(self, town: Town) -> None:
        body, _ = await town.sign_up()
        token = await town.box.token_to(body["email"])
        assert token not in await town.visitor.everything_about_letters()
