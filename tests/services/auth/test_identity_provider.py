"""The pod's own tools log citizens in: the whole way, and every way round it that is refused."""

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import pytest_asyncio
from sqlalchemy import Interval, bindparam, update

from services.auth.identity_provider.commands import add_client
from services.auth.identity_provider.tables import authorization_codes
from services.auth.identity_provider.tool_credentials import ToolCredentials, tool_credentials
from shared.database.statements import compiled
from shared.errors import ServiceError
from shared.territory.territory import Territory
from tests.services.auth.visitor import Visitor, visiting
from tests.support.servers import Servers
from tests.support.tool import REDIRECT, Tool, error_of

_AGE = compiled(
    update(authorization_codes).values(expires_at=authorization_codes.c.expires_at - bindparam("later", type_=Interval))
)


async def agree(visitor: Visitor, tool: Tool, token: str) -> str:
    """What an operator's own page does for a citizen who is logged in and agrees: the tool's code."""
    query = tool.query()
    wanted = {name: query[name] for name in ("client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge")}
    agreed = await visitor.post("/auth/oidc/authorizations", wanted, token)
    assert agreed.status_code == 201, agreed.text
    address = agreed.json()["redirect_to"]
    assert address.startswith(f"{REDIRECT}?")
    answer = dict(parse_qsl(urlsplit(address).query))
    assert (answer["state"], answer["iss"]) == (tool.state, f"https://{visitor.territory.host}")
    return str(answer["code"])


@pytest_asyncio.fixture
async def tool(visitor: Visitor) -> AsyncIterator[Tool]:
    command = partial(add_client, name="Grafana", redirect_uris=[REDIRECT], is_public=False)
    client_id, secret = await visitor.operate(command)
    yield Tool(visitor.http, client_id, secret)


async def test_a_tool_logs_a_citizen_in(visitor: Visitor, tool: Tool) -> None:
    citizen = await visitor.register()
    answer = await tool.exchange(await agree(visitor, tool, citizen["access_token"]))
    assert answer.status_code == 200, answer.text
    claims = await tool.claims_of(answer.json()["id_token"])
    assert claims["sub"] == citizen["user"]["id"]
    assert claims["preferred_username"] == citizen["user"]["username"]
    access = answer.json()["access_token"]
    told = (await visitor.get("/oidc/userinfo", access)).json()
    assert told == {
        "sub": citizen["user"]["id"],
        "preferred_username": citizen["user"]["username"],
        "name": citizen["user"]["display_name"],
        "email": citizen["user"]["email"],
    }
    # It is good for nothing else, nor is the ID token for anything; and it is none of those that the citizen made.
    for path in ("/auth/me", "/auth/sessions"):
        assert (await visitor.get(path, access)).status_code == 403
    assert (await visitor.get("/auth/me", answer.json()["id_token"])).status_code == 401
    assert (await visitor.get("/oidc/userinfo", citizen["access_token"])).status_code == 403
    assert (await visitor.get("/auth/access-tokens", citizen["access_token"])).json()["items"] == []


async def test_a_code_that_comes_twice_takes_its_token_with_it(visitor: Visitor, tool: Tool) -> None:
    code = await agree(visitor, tool, (await visitor.register())["access_token"])
    first = (await tool.exchange(code)).json()["access_token"]
    assert error_of(await tool.exchange(code)) == (400, "invalid_grant")
    await visitor.is_refused("/oidc/userinfo", first)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"code_verifier": "x" * 64}, (400, "invalid_grant")),
        ({"code_verifier": "short"}, (400, "invalid_grant")),
        ({"code_verifier": None}, (400, "invalid_request")),
        ({"code": "another"}, (400, "invalid_grant")),
        ({"code": None}, (400, "invalid_request")),
        ({"redirect_uri": f"{REDIRECT}/"}, (400, "invalid_grant")),
        ({"client_secret": "wrong"}, (401, "invalid_client")),
        ({"client_secret": None}, (401, "invalid_client")),
        ({"client_id": "unknown"}, (401, "invalid_client")),
        ({"grant_type": "refresh_token"}, (400, "unsupported_grant_type")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": None}, (400, "unsupported_grant_type")),
    ],
)
async def test_a_code_is_worth_nothing_to_anyone_else(
    visitor: Visitor, tool: Tool, changed: dict[str, Any], refusal: tuple[int, str]
) -> None:
    code = await agree(visitor, tool, (await visitor.register())["access_token"])
    assert error_of(await tool.exchange(code, **changed)) == refusal
    assert (await tool.exchange(code)).status_code == 200


async def test_a_code_is_one_tools_and_good_for_a_minute_and_an_open_session(visitor: Visitor, tool: Tool) -> None:
    citizen = await visitor.register()
    command = partial(add_client, name="Chat", redirect_uris=[REDIRECT], is_public=True)
    client_id, secret = await visitor.operate(command)
    assert secret is None
    other = replace(tool, client_id=client_id, secret=None)
    code = await agree(visitor, tool, citizen["access_token"])
    assert error_of(await other.exchange(code)) == (400, "invalid_grant")
    assert error_of(await other.exchange(code, client_secret="guessed")) == (401, "invalid_client")
    late = await agree(visitor, other, citizen["access_token"])
    await visitor.pool.execute(_AGE, later=timedelta(minutes=1))
    assert error_of(await other.exchange(late)) == (400, "invalid_grant")
    left = await agree(visitor, other, citizen["access_token"])
    await visitor.logout(citizen["refresh_token"])
    assert error_of(await other.exchange(left)) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "redirect_uri",
    [
        f"{REDIRECT}/",
        f"{REDIRECT}?x=1",
        f"{REDIRECT}#x",
        "https://grafana.example.org",
        "https://grafana.example.org.evil.example/login/generic_oauth",
        "https://evil.example/?https://grafana.example.org/login/generic_oauth",
        REDIRECT.upper(),
        "http://grafana.example.org/login/generic_oauth",
        "javascript:alert(1)",
        "",
    ],
)
async def test_nobody_is_sent_to_an_address_that_is_not_registered(
    visitor: Visitor, tool: Tool, redirect_uri: str
) -> None:
    answer = await tool.begin(redirect_uri=redirect_uri)
    assert (answer.status_code, answer.json()["code"]) == (400, "redirect-unknown")
    assert "location" not in answer.headers
    agreed = await visitor.post(
        "/auth/oidc/authorizations",
        {
            "client_id": tool.client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid",
            "code_challenge": tool.challenge,
        },
        (await visitor.register())["access_token"],
    )
    assert agreed.status_code == 400


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request": "e30."}, "request_not_supported"),
        ({"request_uri": "https://example.org/wish"}, "request_uri_not_supported"),
        # Nobody is logged in beyond the tool that they have logged in to.
        ({"prompt": "none"}, "login_required"),
    ],
)
async def test_a_wish_that_cannot_be_granted_goes_back_to_the_tool(
    visitor: Visitor, tool: Tool, changed: dict[str, str | None], error: str
) -> None:
    answer = await tool.begin(**changed)
    assert tool.answer(answer, f"https://{visitor.territory.host}")["error"] == error


async def test_a_tool_says_who_it_is_by_header_or_by_form_but_not_by_both(visitor: Visitor, tool: Tool) -> None:
    methods = (await tool.metadata())["token_endpoint_auth_methods_supported"]
    assert {"client_secret_basic", "client_secret_post"} <= set(methods)
    token = (await visitor.register())["access_token"]
    code = await agree(visitor, tool, token)
    assert error_of(await tool.exchange_by_header(code, client_secret=tool.secret)) == (400, "invalid_request")
    assert error_of(await tool.exchange_by_header(code, client_id="another")) == (400, "invalid_request")
    answer = await tool.exchange_by_header(code, client_id=tool.client_id)
    assert answer.status_code == 200, answer.text
    assert (await tool.claims_of(answer.json()["id_token"]))["aud"] == tool.client_id
    assert (await tool.exchange_by_header(await agree(visitor, tool, token))).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    ["Basic", "Basic !", "Basic YQ==", "Basic /zo6", "Basic JTAwOiUwMA==", "Bearer x", "Digest x", "x" * 300],
)
async def test_a_header_that_names_no_tool_is_refused_in_its_own_words(
    visitor: Visitor, tool: Tool, authorization: str
) -> None:
    answer = await tool.send_form({"grant_type": "authorization_code"}, authorization)
    assert error_of(answer) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic ")
    code = await agree(visitor, tool, (await visitor.register())["access_token"])
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": tool.verifier}
    assert error_of(await tool.send_form({**form}, tool.basic(secret="guessed"))) == (401, "invalid_client")


def test_both_halves_of_the_header_are_encoded_as_in_a_form() -> None:
    encoded = base64.b64encode(b"an+id%3A:a+s%3Acret%2B%C3%A5").decode()
    assert tool_credentials({}, [f"bAsIc {encoded}"]) == ToolCredentials("an id:", "a s:cret+å")


async def test_an_operators_own_page_gets_what_the_tool_asks(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory, authorize_page="https://{host}/agree?lang=da") as visitor:
        client_id, _ = await visitor.operate(partial(add_client, name="Chat", redirect_uris=[REDIRECT], is_public=True))
        tool = Tool(visitor.http, client_id, None)
        answer = await tool.begin()
        page, _, query = answer.headers["location"].partition("?")
        assert (answer.status_code, page) == (303, f"https://{territory.host}/agree")
        sent = dict(parse_qsl(query))
        assert sent.pop("lang") == "da"
        assert sent == {name: value for name, value in tool.query().items() if name in sent}
        assert {"client_id", "state", "nonce", "code_challenge"} <= set(sent)


@pytest.mark.parametrize("content", [b"\xff", b"client_id=a&client_id=b&grant_type=authorization_code", b"&" * 100])
async def test_a_form_that_is_none_is_refused(visitor: Visitor, content: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await visitor.http.post("/oidc/token", content=content, headers=headers)
    assert answer.status_code == 400
    assert (await visitor.http.post("/oidc/token", json={})).status_code == 415


@pytest.mark.parametrize(
    "uri",
    [
        "http://example.org/",
        "https://",
        "javascript:x",
        "https://*.example.org/",
        "https://x.org/#a",
        "https://u:p@x.org/",
    ],
)
async def test_an_address_that_is_not_safe_is_not_registered(visitor: Visitor, uri: str) -> None:
    with pytest.raises(ServiceError, match="redirect-refused"):
        await visitor.operate(partial(add_client, name="x", redirect_uris=[uri], is_public=True))
