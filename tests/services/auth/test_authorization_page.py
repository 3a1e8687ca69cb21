"""The page on which a citizen logs in to one of the pod's tools, as a browser sees it, and whoever lures one to it."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import pytest_asyncio

from services.auth.authorization_page.ticket import LIFETIME, Tickets
from services.auth.identity_provider.commands import add_client
from services.auth.identity_provider.rules import wish_of
from shared.clock import utc_now
from shared.territory.territory import Territory
from tests.services.auth.second_factor_owner import Owner
from tests.services.auth.visitor import Visitor, visiting
from tests.support.browser import FROM_ELSEWHERE, Browser, Page
from tests.support.citizen import PASSWORD, Json
from tests.support.servers import Servers
from tests.support.tool import REDIRECT, Tool

COOKIE = "__Host-unityplan-authorize"


@pytest_asyncio.fixture
async def tool(visitor: Visitor) -> AsyncIterator[Tool]:
    command = partial(add_client, name="Code & <Chat>", redirect_uris=[REDIRECT], is_public=False)
    client_id, secret = await visitor.operate(command)
    yield Tool(visitor.http, client_id, secret)


@pytest.fixture
def browser(visitor: Visitor) -> Browser:
    return Browser(visitor.http)


def issuer_of(visitor: Visitor) -> str:
    return f"https://{visitor.territory.host}"


def login_of(citizen: Json, **more: str) -> dict[str, str]:
    return {"identifier": citizen["user"]["username"], "password": PASSWORD, **more}


async def shown(browser: Browser, tool: Tool, **changed: str | None) -> Page:
    page = await browser.open(await tool.authorization_url(**changed))
    assert page.answer.status_code == 200, page.answer.text
    return page


async def test_who_asks_and_for_what_is_shown_and_a_login_is_the_consent(
    visitor: Visitor, tool: Tool, browser: Browser
) -> None:
    citizen = await visitor.register()
    page = await shown(browser, tool)
    for words in ("Code &amp; &lt;Chat&gt;", "grafana.example.org", "display name", "e-mail address"):
        assert words in page.answer.text
    assert "e-mail address</li>" not in (await shown(browser, tool, scope="openid profile")).answer.text
    back = await browser.submit(page, "agree", login_of(citizen))
    code = tool.answer(back.answer, issuer_of(visitor))["code"]
    paid = await tool.exchange(code)
    assert (await tool.claims_of(paid.json()["id_token"]))["sub"] == citizen["user"]["id"]
    kinds = [event["type"] for event in await visitor.events_about(citizen["user"]["id"])]
    assert kinds[-3:-1] == ["auth.session.started", "auth.client.authorized"]
    # The citizen sees the session among their own, and what it was for.
    sessions = (await visitor.get("/auth/sessions", citizen["access_token"])).json()["items"]
    assert sessions[0]["user_agent"].startswith("Code & <Chat>: Mozilla")


async def test_the_page_loads_nothing_runs_nothing_and_stands_in_no_frame(tool: Tool, browser: Browser) -> None:
    page = await shown(browser, tool)
    policy = dict(
        part.strip().partition(" ")[::2] for part in page.answer.headers["content-security-policy"].split(";")
    )
    assert (policy["default-src"], policy["frame-ancestors"], policy["base-uri"]) == ("'none'",) * 3
    assert policy["form-action"] == "'self' https://grafana.example.org"
    assert re.fullmatch(r"'sha256-[\w+/]+='", policy["style-src"])
    assert not page.tags & {"script", "link", "img", "iframe", "object", "base"}
    assert page.answer.headers["cache-control"] == "no-store, no-transform"
    assert page.form.action.startswith("/")
    (line,) = page.answer.headers.get_list("set-cookie")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in line.split(";")}


async def test_who_types_wrong_gets_the_answer_and_the_delay_of_every_login(
    visitor: Visitor, tool: Tool, browser: Browser
) -> None:
    citizen = await visitor.register()
    page = await shown(browser, tool)
    unknown = await browser.submit(page, "agree", {"identifier": "<b>nobody</b>", "password": PASSWORD})
    wrong = await browser.submit(page, "agree", login_of(citizen, password="not this one"))
    assert unknown.alerts == wrong.alerts == ["The username, the e-mail address or the password is wrong."]
    assert {each.answer.status_code for each in (unknown, wrong)} == {401}
    assert unknown.form.fields["identifier"] == "<b>nobody</b>"
    assert PASSWORD not in unknown.answer.text
    for _ in range(5):
        page = await browser.submit(page, "agree", login_of(citizen, password="not this one"))
    late = await browser.submit(page, "agree", login_of(citizen))
    assert late.answer.status_code == 429
    assert int(late.answer.headers["retry-after"]) > 0
    assert (await visitor.login(citizen["user"]["username"])).status_code == 429
    await visitor.wait_out_delays()
    assert "code" in tool.answer((await browser.submit(late, "agree", login_of(citizen))).answer, issuer_of(visitor))
    assert (await browser.submit(page, "agree", login_of(citizen, password="x" * 5000))).answer.status_code == 422


async def test_who_has_an_authenticator_app_gives_its_code(visitor: Visitor, tool: Tool, browser: Browser) -> None:
    owner = Owner(visitor, await visitor.register())
    await owner.set_up()
    page = await shown(browser, tool)
    without = await browser.submit(page, "agree", login_of(owner.tokens))
    assert without.answer.status_code == 401
    assert "authenticator app" in without.alerts[0]
    assert (await browser.submit(without, "agree", login_of(owner.tokens, totp="000000"))).answer.status_code == 401
    back = await browser.submit(without, "agree", login_of(owner.tokens, totp=await owner.fresh_code()))
    paid = await tool.exchange(tool.answer(back.answer, issuer_of(visitor))["code"])
    assert (await tool.claims_of(paid.json()["id_token"]))["acr"] == "aal2"


async def test_who_refuses_goes_back_without_a_login(visitor: Visitor, tool: Tool, browser: Browser) -> None:
    before = await visitor.count_events()
    back = await browser.submit(await shown(browser, tool), "refuse", {})
    assert tool.answer(back.answer, issuer_of(visitor)) == {
        "error": "access_denied",
        "state": tool.state,
        "iss": issuer_of(visitor),
    }
    assert await visitor.count_events() == before


@pytest.mark.parametrize(
    "changed", [{"client_id": "unknown"}, {"client_id": None}, {"redirect_uri": f"{REDIRECT}/"}, {"redirect_uri": None}]
)
async def test_a_wrong_tool_or_address_is_shown_to_the_citizen_and_leads_nowhere(
    tool: Tool, browser: Browser, changed: dict[str, str | None]
) -> None:
    page = await browser.open(await tool.authorization_url(**changed))
    assert (page.answer.status_code, page.forms) == (400, [])
    assert "location" not in page.answer.headers
    assert not page.tags & {"a", "form", "script", "meta http-equiv"}
    assert page.alerts
    assert "grafana" not in page.answer.text
    assert "frame-ancestors 'none'" in page.answer.headers["content-security-policy"]


@pytest.mark.parametrize("said", ["state", "nonce", "scope", "client_id", "login_hint"])
async def test_what_a_query_says_is_never_markup(tool: Tool, browser: Browser, said: str) -> None:
    page = await browser.open(await tool.authorization_url(**{said: "openid \"'><script>x</script>"}))
    assert "script" not in page.tags
    assert "<script>x" not in page.answer.text


async def test_a_form_that_another_page_sends_logs_nobody_in(visitor: Visitor, tool: Tool, browser: Browser) -> None:
    citizen = await visitor.register()
    page = await shown(browser, tool)
    attacker = Browser(visitor.http)
    theirs = await shown(attacker, tool)
    before = await visitor.count_events()
    lured = [
        # The attacker's page, sent by the citizen's browser.
        await browser.submit(theirs, "agree", login_of(citizen)),
        # A browser that was at no page of ours, and keeps no cookie.
        await Browser(visitor.http).submit(page, "agree", login_of(citizen)),
        # A page of another site that somehow knows all of it; of the attacker's own subdomain, too.
        await browser.submit(page, "agree", login_of(citizen), FROM_ELSEWHERE),
        await browser.submit(page, "agree", login_of(citizen), {"Sec-Fetch-Site": "same-site"}),
        # A page that was shown for something else.
        await browser.submit(replace_fields(page, state="another"), "agree", login_of(citizen)),
        await browser.submit(replace_fields(page, ticket=""), "refuse", {}),
        await browser.submit(replace_fields(page, ticket="²." + "x" * 43), "agree", login_of(citizen)),
    ]
    assert {each.answer.status_code for each in lured} == {403}
    assert all("location" not in each.answer.headers for each in lured)
    assert await visitor.count_events() == before
    # Whoever was only slow goes on from the page that they get.
    browser.cookies.pop(COOKIE)
    again = await browser.submit(page, "agree", login_of(citizen))
    back = await browser.submit(again, "agree", login_of(citizen))
    assert tool.answer(back.answer, issuer_of(visitor))["code"]


def replace_fields(page: Page, **changed: str) -> Page:
    form = replace(page.form, fields={**page.form.fields, **changed})
    return Page(page.answer, [form], page.tags, page.alerts)


async def test_pages_in_two_tabs_are_both_good(visitor: Visitor, tool: Tool, browser: Browser) -> None:
    citizen = await visitor.register()
    other = replace(tool, state="another", nonce="another")
    first, second = await shown(browser, tool), await shown(browser, other)
    for each, page in ((tool, first), (other, second)):
        assert each.answer((await browser.submit(page, "agree", login_of(citizen))).answer, issuer_of(visitor))["code"]


def test_a_ticket_is_good_for_half_an_hour(visitor: Visitor) -> None:
    tickets, now = Tickets(visitor.secret), utc_now()
    wish = wish_of({"client_id": "a", "state": "b"})
    ticket = tickets.issue("browser", wish, now)
    assert tickets.is_good(ticket, "browser", wish, now + LIFETIME - timedelta(seconds=2))
    assert not tickets.is_good(ticket, "browser", wish, now + LIFETIME)
    assert not tickets.is_good(ticket, "browser", wish, now - timedelta(seconds=2))
    assert not tickets.is_good(ticket, "another", wish, now)
    assert not tickets.is_good(ticket, "browser", wish_of({"client_id": "a", "state": "c"}), now)


async def test_where_no_passwords_are_taken_there_is_no_form(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory, auth_passwords=False) as visitor:
        client_id, _ = await visitor.operate(partial(add_client, name="Chat", redirect_uris=[REDIRECT], is_public=True))
        page = await Browser(visitor.http).open(await Tool(visitor.http, client_id, None).authorization_url())
        assert (page.answer.status_code, page.forms) == (403, [])


async def test_a_tool_may_send_a_form_instead_of_a_link(tool: Tool, browser: Browser, visitor: Visitor) -> None:
    citizen = await visitor.register()
    asked = await visitor.http.post("/oidc/authorize", data=tool.query(), headers={"Accept": "text/html"})
    assert asked.status_code == 200
    page = await shown(browser, tool, login_hint=citizen["user"]["username"])
    assert page.form.fields["identifier"] == citizen["user"]["username"]
