"""Who a client is, as the services are told: the peer, or whom a proxy names that the operator trusts."""

import asyncio
from collections.abc import AsyncIterator, Callable
from ipaddress import ip_network
from pathlib import Path

import pytest
import pytest_asyncio

from services.gateway.app import create_app
from services.gateway.settings import GatewaySettings
from shared.identifiers import new_id
from shared.territory.territory import Territory
from tests.rules.gateway.test_headers import FORGED, as_it_is, with_one_underscore, with_underscores
from tests.services.gateway.door import Door, open_door
from tests.services.gateway.upstream_server import Request, UpstreamServer, answer, upstream_at
from tests.support.servers import Servers

CLIENT = "203.0.113.7"


async def answer_at_once(_: Request, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(answer())


@pytest_asyncio.fixture
async def behind_a_proxy(servers: Servers, territory: Territory, sockets: Path) -> AsyncIterator[Door]:
    """A gateway that is called by a proxy on this machine."""
    settings = servers.settings(
        GatewaySettings,
        territory,
        upstream_url=f"unix:{sockets}/{{service}}.sock",
        inner_listen=f"unix:{sockets}/inner.sock",
        trusted_proxies=(ip_network("127.0.0.0/8"),),
    )
    async with open_door(create_app(settings)) as opened:
        yield opened


@pytest_asyncio.fixture
async def user(sockets: Path) -> AsyncIterator[UpstreamServer]:
    async with upstream_at(sockets / "user.sock", answer_at_once) as upstream:
        yield upstream


@pytest.mark.parametrize(
    "said",
    [
        {"X-Forwarded-For": f"1.1.1.1, {CLIENT}"},
        {"X-Forwarded-For": f"{CLIENT}, 127.0.0.9"},
        {"Forwarded": f'for=1.1.1.1, for="{CLIENT}:4711"'},
        {"X-Real-IP": CLIENT},
    ],
)
class TestTheAddress:
    async def test_is_the_one_that_a_trusted_proxy_names(
        self, behind_a_proxy: Door, user: UpstreamServer, said: dict[str, str]
    ) -> None:
        await behind_a_proxy.http.get("/api/users/anna", headers=said)
        assert user.requests[0].headers["x-forwarded-for"] == CLIENT

    async def test_is_the_peers_whatever_anybody_else_says(
        self, door: Door, user: UpstreamServer, said: dict[str, str]
    ) -> None:
        await door.http.get("/api/users/anna", headers=said)
        assert user.requests[0].headers["x-forwarded-for"] == "127.0.0.1"


class TestTheScheme:
    async def test_https_is_kept_by_browsers_that_came_by_it(self, behind_a_proxy: Door, user: UpstreamServer) -> None:
        for path in ("/api/users/anna", "/api/territory", "/api/nothing"):
            safe = await behind_a_proxy.http.get(path, headers={"X-Forwarded-Proto": "https"})
            assert safe.headers.get_list("strict-transport-security") == ["max-age=31536000; includeSubDomains"], path
            plain = await behind_a_proxy.http.get(path, headers={"X-Forwarded-Proto": "http"})
            assert "strict-transport-security" not in plain.headers, path
        assert len(user.requests) == 2

    async def test_is_not_believed_of_anybody_else(self, door: Door) -> None:
        answered = await door.http.get("/api/territory", headers={"X-Forwarded-Proto": "https"})
        assert "strict-transport-security" not in answered.headers


async def test_the_host_decides_the_territory(behind_a_proxy: Door, territory: Territory) -> None:
    for host, outcome in ((territory.host, 200), ("nobody.example", 421)):
        answered = await behind_a_proxy.http.get("/api/territory", headers={"X-Forwarded-Host": host})
        assert answered.status_code == outcome


@pytest.mark.parametrize("spelling", [as_it_is, with_underscores, with_one_underscore])
async def test_of_forty_forged_headers_a_service_sees_none(
    door: Door, user: UpstreamServer, spelling: Callable[[bytes], bytes]
) -> None:
    for name in FORGED:
        field = spelling(name)
        fields = [(field, b"forged"), (b"Connection", b"keep-alive, " + field), (b"X-Mine", b"1")]
        await door.http.get("/api/users/anna", headers=fields)
    seen = [value for request in user.requests for value in request.headers.values()]
    # The name of a territory that is none is refused at the door.
    assert len(user.requests) >= len(FORGED) - 1
    assert not [value for value in seen if "forged" in value]


class TestOneRequest:
    async def test_has_one_id_and_one_trace_on_both_sides(self, door: Door, user: UpstreamServer) -> None:
        sent, trace = str(new_id()), "4bf92f3577b34da6a3ce929d0e0e4736"
        headers = {"X-Request-ID": sent, "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
        answered = await door.http.get("/api/users/anna", headers=headers)
        told = user.requests[0].headers
        assert answered.headers.get_list("x-request-id") == [told["x-request-id"]] == [sent]
        assert told["traceparent"].split("-")[1] == trace
        assert told["traceparent"].split("-")[2] != "00f067aa0ba902b7"

    @pytest.mark.parametrize("odd", ["a b", "x" * 65, "é", "<script>", ""])
    async def test_gets_new_ones_for_such_as_are_none(self, door: Door, user: UpstreamServer, odd: str) -> None:
        headers = {b"X-Request-ID": odd.encode(), b"traceparent": b"00-zz-1-01"}
        answered = await door.http.get("/api/users/anna", headers=headers)
        told = user.requests[0].headers
        assert answered.headers["x-request-id"] == told["x-request-id"] != odd
        assert len(told["traceparent"]) == 55
