"""Changing a password."""

import asyncio

import pytest

from tests.services.auth.visitor import Visitor
from tests.support.citizen import PASSWORD

NEW = "another sentence is as good a password"


class TestChangePassword:
    async def test_the_new_one_opens_the_account_and_every_other_session_ends(self, visitor: Visitor) -> None:
        elsewhere = await visitor.register()
        here = (await visitor.login(elsewhere["user"]["username"])).json()
        answer = await visitor.change_password(here["access_token"], PASSWORD, NEW)
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await visitor.refresh(elsewhere["refresh_token"])).status_code == 401
        await visitor.is_revoked(elsewhere["access_token"])
        assert (await visitor.get("/auth/me", here["access_token"])).status_code == 200
        assert (await visitor.login(here["user"]["username"])).status_code == 401
        assert (await visitor.login(here["user"]["username"], NEW)).status_code == 200
        events = [e["type"] for e in await visitor.events_about(here["user"]["id"])]
        assert "auth.password.changed" in events

    async def test_a_wrong_old_one_is_refused_on_record_and_delays_like_a_failed_login(self, visitor: Visitor) -> None:
        tokens = await visitor.register()
        answers = [
            await visitor.change_password(tokens["access_token"], "not the old one at all", NEW) for _ in range(6)
        ]
        assert [answer.status_code for answer in answers] == [403] * 5 + [429]
        assert answers[0].json()["code"] == "password-wrong"
        failed = [e for e in await visitor.events_about(tokens["user"]["id"]) if e["type"] == "auth.login.failed"]
        assert len(failed) == 5
        assert (await visitor.get("/auth/me", tokens["access_token"])).status_code == 200

    @pytest.mark.parametrize("new", ["too short", "passwordpassword", "x" * 200])
    async def test_a_bad_new_one_is_named(self, visitor: Visitor, new: str) -> None:
        tokens = await visitor.register()
        answer = await visitor.change_password(tokens["access_token"], PASSWORD, new)
        assert (answer.status_code, answer.json()["code"]) == (422, "password-refused")
        assert answer.json()["errors"][0]["pointer"] == "/new_password"

    async def test_no_session_outlives_a_change_that_raced_with_a_login_or_a_refresh(self, visitor: Visitor) -> None:
        for _ in range(5):
            tokens = await visitor.register()
            name = tokens["user"]["username"]
            other = (await visitor.login(name)).json()
            changed, login, refreshed = await asyncio.gather(
                visitor.change_password(tokens["access_token"], PASSWORD, NEW),
                visitor.login(name),
                visitor.refresh(other["refresh_token"]),
            )
            assert changed.status_code == 204
            for raced in (login, refreshed):
                if raced.status_code == 200:
                    assert (await visitor.refresh(raced.json()["refresh_token"])).status_code == 401

    async def test_nobody_changes_it_without_a_token(self, visitor: Visitor) -> None:
        answer = await visitor.post("/auth/password", {"password": PASSWORD, "new_password": NEW})
        assert (answer.status_code, answer.json()["code"]) == (401, "token-missing")


async def test_all_sessions_but_this_one_are_ended_at_once(visitor: Visitor) -> None:
    first = await visitor.register()
    second = (await visitor.login(first["user"]["username"])).json()
    here = (await visitor.login(first["user"]["username"])).json()
    assert (await visitor.delete("/auth/sessions", here["access_token"])).status_code == 204
    for other in (first, second):
        assert (await visitor.refresh(other["refresh_token"])).status_code == 401
        await visitor.is_revoked(other["access_token"])
    items = (await visitor.get("/auth/sessions", here["access_token"])).json()["items"]
    assert [item["is_current"] for item in items] == [True]
