"""An authenticator app as second factor: setting it up, logging in with it, stepping up, losing it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import jwt
import pytest_asyncio
from sqlalchemy import Interval, bindparam, update

from services.auth.second_factors.tables import factor_failures
from services.auth.sessions.tables import sessions
from shared.database.statements import compiled
from tests.services.auth.second_factor_owner import Owner
from tests.services.auth.visitor import Visitor, visiting
from tests.support.citizen import PASSWORD
from tests.support.servers import Servers

_LATER = bindparam("later", type_=Interval)
_WAIT = compiled(update(factor_failures).values(blocked_until=factor_failures.c.blocked_until - _LATER))
_AGE = compiled(
    update(sessions).values(created_at=sessions.c.created_at - _LATER, stepped_up_at=sessions.c.stepped_up_at - _LATER)
)


@pytest_asyncio.fixture
async def owner(visitor: Visitor) -> AsyncIterator[Owner]:
    yield Owner(visitor, await visitor.register())


def aal_of(answer: httpx.Response) -> str:
    return str(jwt.decode(answer.json()["access_token"], options={"verify_signature": False})["aal"])


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def test_once_it_is_confirmed_a_login_needs_a_code_and_other_sessions_are_over(owner: Owner) -> None:
    other = (await owner.login(None)).json()
    assert (await owner.set_up()).status_code == 200
    assert len(owner.recovery) == 10
    await owner.visitor.is_revoked(other["access_token"])
    assert (await owner.visitor.get("/auth/me", owner.token)).status_code == 200
    assert code_of(await owner.login(None)) == (401, "second-factor-required")
    assert code_of(await owner.login("000000")) == (401, "second-factor-wrong")
    answer = await owner.login(await owner.fresh_code())
    assert (answer.status_code, aal_of(answer)) == (200, "aal2")
    shown = (await owner.visitor.get("/auth/factors", owner.token)).json()
    assert shown["totp"]["confirmed_at"]
    assert (shown["recovery_codes_left"], shown["passkeys"]) == (10, [])
    kinds = [event["type"] for event in await owner.visitor.events_about(owner.tokens["user"]["id"])]
    for kind in ("added", "failed"):
        assert f"auth.second_factor.{kind}" in kinds
    assert "auth.session.stepped_up" in kinds


async def test_a_code_is_taken_once_of_many_who_send_it_at_one_moment(owner: Owner) -> None:
    await owner.set_up()
    code = await owner.fresh_code()
    answers = await asyncio.gather(*(owner.login(code) for _ in range(5)))
    # Four that were too late: the fifth in a row would have to wait.
    assert [answer.status_code for answer in answers].count(200) == 1
    assert {answer.status_code for answer in answers} <= {200, 401, 429}
    assert code_of(await owner.login(code))[1] in {"second-factor-wrong", "second-factor-blocked"}


async def test_the_right_password_is_needed_before_anyone_learns_that_there_is_a_second_factor(owner: Owner) -> None:
    await owner.set_up()
    body = {
        "identifier": owner.tokens["user"]["username"],
        "password": "a wrong one that is long",
        "totp": owner.code(),
    }
    assert code_of(await owner.visitor.post("/auth/login", body)) == (401, "invalid-credentials")


async def test_a_recovery_code_is_good_once_however_it_is_typed(owner: Owner) -> None:
    await owner.set_up()
    typed = owner.recovery[0].replace("-", "").upper()
    assert (await owner.login(typed)).status_code == 200
    assert code_of(await owner.login(owner.recovery[0])) == (401, "second-factor-wrong")
    assert (await owner.visitor.get("/auth/factors", owner.token)).json()["recovery_codes_left"] == 9
    made = await owner.visitor.post("/auth/factors/recovery-codes", None, owner.token)
    assert code_of(made) == (401, "step-up-required")
    stepped = await owner.visitor.post("/auth/step-up", {"code": owner.recovery[1]}, owner.token)
    made = await owner.visitor.post("/auth/factors/recovery-codes", None, stepped.json()["access_token"])
    assert (made.status_code, len(made.json()["recovery_codes"])) == (201, 10)
    assert code_of(await owner.login(owner.recovery[2])) == (401, "second-factor-wrong")


async def test_wrong_codes_bring_a_wait_and_the_right_one_after_it_forgives_them(owner: Owner) -> None:
    await owner.set_up()
    for _ in range(5):
        assert code_of(await owner.login("123")) == (401, "second-factor-wrong")
    refused = await owner.login(await owner.fresh_code())
    assert code_of(refused) == (429, "second-factor-blocked")
    assert 0 < int(refused.headers["retry-after"]) <= 30
    await owner.visitor.pool.execute(_WAIT, later=timedelta(minutes=1))
    assert (await owner.login(await owner.fresh_code())).status_code == 200
    assert code_of(await owner.login("123")) == (401, "second-factor-wrong")


async def test_what_is_dangerous_wants_the_second_factor_of_who_has_one_and_only_lately(servers: Servers) -> None:
    async with visiting(servers, await servers.new_territory()) as visitor:
        owner = Owner(visitor, await visitor.register())
        await visitor.become(owner.tokens, "admin")
        define = {"permissions": ["audit:read"]}
        # Who has none is let in with what they have: the first admin of a pod, say.
        assert (await visitor.put("/auth/roles/keeper", define, owner.token)).status_code == 201
        await owner.set_up()
        refused = await visitor.put("/auth/roles/keeper", define, owner.token)
        assert code_of(refused) == (401, "step-up-required")
        assert 'acr_values="aal2"' in refused.headers["www-authenticate"]
        wrong = await visitor.post("/auth/step-up", {"code": "000000"}, owner.token)
        assert code_of(wrong) == (401, "second-factor-wrong")
        stepped = await visitor.post("/auth/step-up", {"code": await owner.fresh_code()}, owner.token)
        assert (stepped.status_code, aal_of(stepped)) == (200, "aal2")
        assert (await visitor.put("/auth/roles/keeper", define, stepped.json()["access_token"])).status_code == 200
        renewed = await visitor.refresh(owner.tokens["refresh_token"])
        assert aal_of(renewed) == "aal2"
        # A repeated refresh is answered alike, to the letter.
        assert (await visitor.refresh(owner.tokens["refresh_token"])).content == renewed.content
        await visitor.pool.execute(_AGE, later=timedelta(minutes=15))
        assert aal_of(await visitor.refresh(renewed.json()["refresh_token"])) == "aal1"


async def test_an_app_is_set_up_soon_after_a_login_and_removed_with_its_code(owner: Owner) -> None:
    visitor = owner.visitor
    assert code_of(await visitor.post("/auth/factors/totp/confirm", {"code": "123456"}, owner.token)) == (
        409,
        "second-factor-none",
    )
    assert code_of(await visitor.post("/auth/step-up", {"code": "123456"}, owner.token)) == (409, "second-factor-none")
    await owner.set_up()
    assert code_of(await visitor.post("/auth/factors/totp", None, owner.token)) == (401, "step-up-required")
    assert code_of(await visitor.delete("/auth/factors/totp", owner.token)) == (401, "step-up-required")
    stepped = await visitor.post("/auth/step-up", {"code": await owner.fresh_code()}, owner.token)
    strong = stepped.json()["access_token"]
    assert code_of(await visitor.post("/auth/factors/totp", None, strong)) == (409, "second-factor-exists")
    assert (await visitor.delete("/auth/factors/totp", strong)).status_code == 204
    assert code_of(await visitor.delete("/auth/factors/totp", strong)) == (404, "second-factor-not-found")
    assert (await owner.login(None)).status_code == 200
    await visitor.pool.execute(_AGE, later=timedelta(hours=2))
    assert code_of(await visitor.post("/auth/factors/totp", None, owner.token)) == (401, "login-not-recent")


async def test_other_ways_into_an_account_are_opened_and_closed_with_the_second_factor(owner: Owner) -> None:
    await owner.set_up()
    password = {"password": PASSWORD}
    for method, path, body in (
        ("POST", "/auth/email", {"email": "new@example.org", **password}),
        ("POST", "/auth/sso/somewhere/link", password),
        ("DELETE", "/auth/links/somewhere", None),
        ("POST", "/auth/access-tokens", {"name": "x", "scopes": ["read"], "expires_in_days": 1}),
        ("POST", "/auth/factors/passkeys/options", None),
        ("DELETE", f"/auth/factors/passkeys/{owner.tokens['user']['id']}", None),
    ):
        headers = {"Authorization": f"Bearer {owner.token}"}
        answer = await owner.visitor.http.request(method, path, json=body, headers=headers)
        assert code_of(answer) == (401, "step-up-required"), path
