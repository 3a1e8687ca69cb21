"""Logging in, staying logged in, and what stolen tokens are worth."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from shared.territory.territory import Territory
from tests.services.auth.visitor import Visitor, visiting
from tests.support.citizen import PASSWORD
from tests.support.servers import Servers

LONGER_THAN_GRACE = timedelta(seconds=11)


def without_request_id(answer: httpx.Response) -> tuple[int, dict[str, object], set[str]]:
    body = answer.json()
    body.pop("request_id")
    return answer.status_code, body, set(answer.headers)


class TestLogin:
    async def test_username_and_address_open_the_account_in_any_case(self, visitor: Visitor) -> None:
        user = (await visitor.register())["user"]
        for identifier in (user["username"], user["username"].upper(), user["email"], user["email"].upper()):
            answer = await visitor.login(identifier)
            assert answer.status_code == 200, answer.text
            assert answer.json()["user"] == user

    async def test_unknown_wrong_and_disabled_get_one_answer(self, visitor: Visitor) -> None:
        user, disabled = (await visitor.register())["user"], (await visitor.register())["user"]
        await visitor.disable(disabled["id"])
        answers = [
            await visitor.login("nobody_at_all"),
            await visitor.login(user["username"], "wrong horse battery"),
            await visitor.login(disabled["username"]),
            await visitor.login(disabled["username"], "wrong horse battery"),
        ]
        seen = [without_request_id(answer) for answer in answers]
        assert seen[0][0] == 401
        assert seen[0][1]["code"] == "invalid-credentials"
        assert all(answer == seen[0] for answer in seen)

    async def test_a_failed_login_is_on_record_without_the_name_that_was_tried(self, visitor: Visitor) -> None:
        user = (await visitor.register())["user"]
        await visitor.login(user["username"], "wrong horse battery")
        (failed,) = [e for e in await visitor.events_about(user["id"]) if e["type"] == "auth.login.failed"]
        assert failed["data"] == {"account_id": user["id"], "reason": "wrong-password"}
        before = await visitor.count_events()
        await visitor.login("someone_else_entirely")
        assert await visitor.count_events() == before + 1
        assert "someone_else_entirely" not in str(await visitor.all_events())

    async def test_a_password_typed_with_other_code_points_is_the_same(self, visitor: Visitor) -> None:
        user = (await visitor.register(password="élève à Orléans été"))["user"]
        answer = await visitor.login(user["username"], "e\u0301le\u0300ve a\u0300 Orle\u0301ans e\u0301te\u0301")
        assert answer.status_code == 200

    async def test_the_seventy_third_byte_counts(self, visitor: Visitor) -> None:
        long = "correct horse battery staple " * 3
        user = (await visitor.register(password=long))["user"]
        assert (await visitor.login(user["username"], long[:72] + "X" + long[73:])).status_code == 401
        assert (await visitor.login(user["username"], long)).status_code == 200

    async def test_a_weaker_hash_is_replaced_at_login(self, visitor: Visitor) -> None:
        user = (await visitor.register())["user"]
        await visitor.weaken_hash(user["id"], PASSWORD)
        weak = await visitor.hash_of(user["id"])
        assert (await visitor.login(user["username"])).status_code == 200
        strong = await visitor.hash_of(user["id"])
        assert strong != weak
        assert (await visitor.login(user["username"])).status_code == 200
        assert await visitor.hash_of(user["id"]) == strong

    async def test_a_flood_of_logins_is_turned_away_instead_of_waiting_for_ever(self, visitor: Visitor) -> None:
        user = (await visitor.register())["user"]
        answers = await asyncio.gather(*(visitor.login(user["username"]) for _ in range(60)))
        codes = {answer.status_code for answer in answers}
        assert 200 in codes
        assert codes <= {200, 503}
        refused = [answer for answer in answers if answer.status_code == 503]
        assert all(answer.json()["code"] == "login-busy" and answer.headers["retry-after"] for answer in refused)
        assert (await visitor.login(user["username"])).status_code == 200


class TestRefresh:
    async def test_each_token_is_good_for_one_next_pair(self, visitor: Visitor) -> None:
        first = await visitor.register()
        second = (await visitor.refresh(first["refresh_token"])).json()
        third = (await visitor.refresh(second["refresh_token"])).json()
        tokens = {first["refresh_token"], second["refresh_token"], third["refresh_token"]}
        assert len(tokens) == 3
        assert (await visitor.get("/auth/me", third["access_token"])).status_code == 200

    async def test_a_lost_answer_is_given_again_byte_for_byte(self, visitor: Visitor) -> None:
        token = (await visitor.register())["refresh_token"]
        first = await visitor.refresh(token)
        await visitor.age_tokens(timedelta(seconds=5))
        again = await visitor.refresh(token)
        assert (again.status_code, again.content) == (200, first.content)

    async def test_twenty_at_once_are_one_lineage(self, visitor: Visitor) -> None:
        token = (await visitor.register())["refresh_token"]
        answers = await asyncio.gather(*(visitor.refresh(token) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        (successor,) = {answer.json()["refresh_token"] for answer in answers}
        assert (await visitor.refresh(successor)).status_code == 200

    async def test_reuse_after_the_grace_ends_the_session_and_every_descendant(self, visitor: Visitor) -> None:
        first = await visitor.register()
        second = (await visitor.refresh(first["refresh_token"])).json()
        await visitor.age_tokens(LONGER_THAN_GRACE)
        stolen = await visitor.refresh(first["refresh_token"])
        assert (stolen.status_code, stolen.json()["code"]) == (401, "refresh-token-reused")
        for token in (second["refresh_token"], first["refresh_token"]):
            refused = await visitor.refresh(token)
            assert (refused.status_code, refused.json()["code"]) == (401, "refresh-token-invalid")
        await visitor.is_revoked(second["access_token"])
        ended = [e for e in await visitor.events_about(first["user"]["id"]) if e["type"] == "auth.session.ended"]
        assert [event["data"]["reason"] for event in ended] == ["reuse"]

    async def test_a_used_successor_ends_the_grace_in_the_same_second(self, visitor: Visitor) -> None:
        first = await visitor.register()
        second = (await visitor.refresh(first["refresh_token"])).json()
        third = (await visitor.refresh(second["refresh_token"])).json()
        replayed = await visitor.refresh(first["refresh_token"])
        assert (replayed.status_code, replayed.json()["code"]) == (401, "refresh-token-reused")
        assert (await visitor.refresh(third["refresh_token"])).status_code == 401

    @pytest.mark.parametrize("token", ["", "upr_", "x" * 200, "upr_" + "A" * 43, "' OR 1=1 --", "\u0661\u0662"])
    async def test_a_made_up_token_buys_nothing(self, visitor: Visitor, token: str) -> None:
        refused = await visitor.refresh(token)
        assert (refused.status_code, refused.json()["code"]) == (401, "refresh-token-invalid")

    async def test_an_expired_session_is_over(self, visitor: Visitor) -> None:
        tokens = await visitor.register()
        await visitor.expire_sessions(tokens["user"]["id"])
        assert (await visitor.refresh(tokens["refresh_token"])).status_code == 401

    async def test_a_disabled_account_is_not_renewed(self, visitor: Visitor) -> None:
        tokens = await visitor.register()
        await visitor.disable(tokens["user"]["id"])
        assert (await visitor.refresh(tokens["refresh_token"])).status_code == 401

    async def test_no_token_outlives_a_logout_that_raced_with_a_refresh(self, visitor: Visitor) -> None:
        for _ in range(10):
            token = (await visitor.register())["refresh_token"]
            raced, _ = await asyncio.gather(visitor.refresh(token), visitor.logout(token))
            if raced.status_code == 200:
                assert (await visitor.refresh(raced.json()["refresh_token"])).status_code == 401
                await visitor.is_revoked(raced.json()["access_token"])


class TestRetention:
    async def test_what_is_over_for_a_week_is_forgotten_and_what_is_open_stays(self, visitor: Visitor) -> None:
        over, still_open = await visitor.register(), await visitor.register()
        await visitor.expire_sessions(over["user"]["id"], ago=timedelta(days=8))
        await visitor.sweep()
        assert await visitor.count_sessions(over["user"]["id"]) == 0
        assert await visitor.count_sessions(still_open["user"]["id"]) == 1
        assert (await visitor.refresh(over["refresh_token"])).status_code == 401
        assert (await visitor.refresh(still_open["refresh_token"])).status_code == 200


class TestLogout:
    async def test_a_logout_ends_the_session_everywhere(self, visitor: Visitor) -> None:
        tokens = await visitor.register()
        assert (await visitor.logout(tokens["refresh_token"])).status_code == 204
        assert (await visitor.refresh(tokens["refresh_token"])).status_code == 401
        await visitor.is_revoked(tokens["access_token"])

    async def test_an_older_token_of_the_session_ends_it_too(self, visitor: Visitor) -> None:
        first = await visitor.register()
        second = (await visitor.refresh(first["refresh_token"])).json()
        await visitor.logout(first["refresh_token"])
        assert (await visitor.refresh(second["refresh_token"])).status_code == 401

    async def test_logging_out_twice_or_with_nothing_is_fine(self, visitor: Visitor) -> None:
        tokens = await visitor.register()
        for token in (tokens["refresh_token"], tokens["refresh_token"], "never given out"):
            answer = await visitor.logout(token)
            assert (answer.status_code, answer.content) == (204, b"")
        ended = [e for e in await visitor.events_about(tokens["user"]["id"]) if e["type"] == "auth.session.ended"]
        assert len(ended) == 1


class TestList:
    async def test_one_sees_ones_own_open_sessions_newest_first(self, visitor: Visitor) -> None:
        user = (await visitor.register())["user"]
        await visitor.register()
        tokens = (await visitor.login(user["username"])).json()
        items = (await visitor.get("/auth/sessions", tokens["access_token"])).json()["items"]
        assert [item["is_current"] for item in items] == [True, False]
        assert items[0]["created_at"] > items[1]["created_at"]
        assert items[0]["user_agent"].startswith("python-httpx")

    async def test_a_long_list_comes_in_pages(self, visitor: Visitor) -> None:
        tokens = await visitor.register()
        token = tokens["access_token"]
        for _ in range(4):
            await visitor.login(tokens["user"]["username"])
        seen: list[str] = []
        path = "/auth/sessions?limit=2"
        while path:
            page = await visitor.get(path, token)
            assert page.status_code == 200
            seen += [item["id"] for item in page.json()["items"]]
            cursor = page.json()["next_cursor"]
            path = f"/auth/sessions?limit=2&cursor={cursor}" if cursor else ""
            assert ("link" in page.headers) == bool(cursor)
        assert len(seen) == len(set(seen)) == 5

    @pytest.mark.parametrize("query", ["cursor=x", "cursor=WyJ4IiwieSJd", "limit=0", "limit=101", "limit=many"])
    async def test_a_made_up_page_is_refused(self, visitor: Visitor, query: str) -> None:
        tokens = await visitor.register()
        assert (await visitor.get(f"/auth/sessions?{query}", tokens["access_token"])).status_code == 422


class TestClose:
    async def test_a_session_elsewhere_is_closed_from_here(self, visitor: Visitor) -> None:
        elsewhere = await visitor.register()
        here = (await visitor.login(elsewhere["user"]["username"])).json()
        items = (await visitor.get("/auth/sessions", here["access_token"])).json()["items"]
        (other,) = [item["id"] for item in items if not item["is_current"]]
        assert (await visitor.delete(f"/auth/sessions/{other}", here["access_token"])).status_code == 204
        assert (await visitor.delete(f"/auth/sessions/{other}", here["access_token"])).status_code == 204
        await visitor.is_revoked(elsewhere["access_token"])
        assert (await visitor.get("/auth/me", here["access_token"])).status_code == 200

    async def test_nobody_closes_someone_elses(self, visitor: Visitor) -> None:
        anna, bo = await visitor.register(), await visitor.register()
        (session,) = (await visitor.get("/auth/sessions", anna["access_token"])).json()["items"]
        answer = await visitor.delete(f"/auth/sessions/{session['id']}", bo["access_token"])
        assert (answer.status_code, answer.json()["code"]) == (404, "session-not-found")
        assert (await visitor.refresh(anna["refresh_token"])).status_code == 200
        assert (await visitor.delete("/auth/sessions/none", bo["access_token"])).status_code == 422


async def test_revocation_is_polled_for_when_there_is_no_bus(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory, nats_url="nats://127.0.0.1:1") as visitor:
        tokens = await visitor.register()
        assert (await visitor.get("/auth/me", tokens["access_token"])).status_code == 200
        await visitor.logout(tokens["refresh_token"])
        await visitor.is_revoked(tokens["access_token"], within=10)
