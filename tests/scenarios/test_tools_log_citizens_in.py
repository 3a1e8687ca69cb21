"""One of the pod's tools logs a citizen in: a browser and the tool, each by what it finds at the pod's own address."""

import json

import httpx
import pytest

from tests.support.browser import Browser
from tests.support.citizen import PASSWORD, Citizen
from tests.support.eventually import eventually
from tests.support.pod import Pod, unityplan
from tests.support.tool import REDIRECT, Tool, error_of


@pytest.mark.parametrize("by_header", [True, False], ids=["client_secret_basic", "client_secret_post"])
async def test_a_browser_is_led_from_the_tool_to_the_pod_and_back(dk: Pod, *, by_header: bool) -> None:
    options = ("--redirect", REDIRECT, "--data", str(dk.data))
    added = await unityplan("tools", "add", dk.name, "Grafana", *options, environment=dk.environment)
    assert added.code == 0, added.err
    registered = json.loads(added.out)
    async with (
        Citizen(dk.address()) as citizen,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{dk.api_port}", trust_env=False) as http,
    ):
        await citizen.register()
        tool, browser = Tool(http, registered["client_id"], registered["client_secret"]), Browser(http)
        page = await browser.open(await tool.authorization_url())
        assert page.answer.status_code == 200, page.answer.text
        (policy,) = page.answer.headers.get_list("content-security-policy")
        assert "form-action 'self' https://grafana.example.org" in policy
        assert page.answer.headers["x-frame-options"] == "DENY"
        wrong = await browser.submit(page, "agree", {"identifier": citizen.username, "password": "not this one"})
        assert wrong.answer.status_code == 401
        back = await browser.submit(wrong, "agree", {"identifier": citizen.username, "password": PASSWORD})
        code = tool.answer(back.answer, (await tool.metadata())["issuer"])["code"]
        exchange = tool.exchange_by_header if by_header else tool.exchange
        paid = await exchange(code)
        assert paid.status_code == 200, paid.text
        claims = await tool.claims_of(paid.json()["id_token"])
        authorization = {"Authorization": f"Bearer {paid.json()['access_token']}"}
        told = (await http.get("/oidc/userinfo", headers=authorization)).json()
        assert told["sub"] == claims["sub"] == citizen.id
        assert told["preferred_username"] == citizen.username
        assert error_of(await exchange(code)) == (400, "invalid_grant")

        async def is_refused() -> bool:
            return (await http.get("/oidc/userinfo", headers=authorization)).status_code == 401

        await eventually(is_refused, within=2)


async def test_refusals_are_pages_for_browsers_and_guarded_by_the_gateway_where_the_service_is_not_asked(
    dk: Pod,
) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{dk.api_port}", trust_env=False) as http:
        page = await Browser(http).open(await Tool(http, "unknown", None).authorization_url())
        assert (page.answer.status_code, page.forms) == (400, [])
        refused = await http.put("/oidc/authorize")
        assert refused.status_code == 405
        for answer in (page.answer, refused):
            (policy,) = answer.headers.get_list("content-security-policy")
            assert "default-src 'none'" in policy
        # Elsewhere the header names citizens, and nobody else.
        header = {"Authorization": Tool(http, "a", "b").basic()}
        assert (await http.get("/oidc/userinfo", headers=header)).json()["code"] == "token-malformed"
