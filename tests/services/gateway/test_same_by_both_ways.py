"""A request goes by the express lane or the ordinary way, and neither its client nor its service can tell which."""

import asyncio
import re
import time
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import brotli
import orjson
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.gateway.app import create_app
from services.gateway.policies.route_table import API
from services.gateway.settings import GatewaySettings
from tests.services.gateway.door import FILES, Door, open_door
from tests.services.gateway.tokens import Home, new_home
from tests.services.gateway.upstream_server import Request, answer, upstream_at
from tests.services.gateway.wire import ORDINARY, WireAnswer, express_rides, get, wire
from tests.support.forger import signed, true_claims
from tests.support.servers import Servers

ANNA, FILE, ME = "/api/users/anna", "/api/files", "/api/users/me"
BIG = b'{"words":"' + b"as long as it is " * 12_000 + b'"}'
MIDDLE = b'{"words":"' + b"short " * 400 + b'"}'
VARYING = frozenset({"x-request-id", "date", "ratelimit", "traceparent", "reset"})
TOKENS = ("known", "unknown", "expired", "foreign", "nonsense")


def headed(*lines: str, body: bytes = b"", status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode() + body


def chunked(*parts: bytes) -> bytes:
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    return headed("content-type: application/json", "transfer-encoding: chunked", body=chunks + b"0\r\n\r\n")


# What the service writes, and whether it closes afterwards; by the last part of the path.
ANSWERS: dict[str, tuple[bytes, bool]] = {
    "anna": (answer(b'{"id":"anna"}'), False),
    "middle": (answer(MIDDLE, "200 OK", 'etag: "seven"', "x-position: 7"), False),
    "weak": (answer(MIDDLE, "200 OK", 'etag: W/"seven"'), False),
    "big": (answer(BIG), False),
    "picture": (headed("content-type: image/png", f"content-length: {len(BIG)}", body=BIG), False),
    "chunked": (chunked(b'{"a":', b"1}"), False),
    "chunked-middle": (chunked(MIDDLE), False),
    "chunked-big": (chunked(BIG, BIG), False),
    "chunked-empty": (chunked(), False),
    "empty": (answer(b""), False),
    "none": (headed(status="204 No Content"), False),
    "unchanged": (headed('etag: "seven"', status="304 Not Modified"), False),
    "none-with-a-length": (headed("content-length: 2", status="204 No Content"), False),
    "none-with-a-body": (headed("content-length: 2", status="204 No Content", body=b"{}"), True),
    "unchanged-with-a-length": (headed("content-length: 2", 'etag: "seven"', status="304 Not Modified"), False),
    "no-transform": (answer(MIDDLE, "200 OK", "cache-control: no-transform"), False),
    "encoded": (answer(MIDDLE, "200 OK", "content-encoding: br"), False),
    "two-cookies": (
        answer(b"{}", "200 OK", "set-cookie: a=1", "set-cookie: b=2", "server: x", "x-frame-options: none"),
        False,
    ),
    "hops": (answer(b"{}", "200 OK", "connection: x-secret", "x-secret: 1", "keep-alive: timeout=5"), False),
    "interim": (b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" + answer(b"{}"), False),
    "refused": (answer(b'{"code":"no"}', "422 Unprocessable Content"), False),
    "broken": (answer(b'{"code":"internal"}', "500 Internal Server Error"), False),
    "strange": (answer(b"{}", "418 I'm a teapot"), False),
    "unheard-of": (answer(b"{}", "299 Fine"), False),
    "beyond": (answer(b"{}", "999 Strange"), True),
    "below": (answer(b"{}", "099 Strange"), True),
    "moved": (answer(b"{}", "303 See Other", "location: /users/bodil"), False),
    "last": (answer(b"{}", "200 OK", "connection: close"), True),
    "until-close": (headed("content-type: application/json", body=b'{"a":1}'), True),
    "until-close-big": (headed("content-type: application/json", body=BIG), True),
    "gone": (b"", True),
    "half-a-head": (b"HTTP/1.1 200 OK\r\ncontent-le", True),
    "cut": (headed("content-type: image/png", "content-length: 100", body=b"half"), True),
    "cut-chunks": (
        headed("content-type: image/png", "transfer-encoding: chunked", body=b"5\r\nfirst\r\n5\r\nsec"),
        True,
    ),
    "cut-json": (headed("content-type: application/json", f"content-length: {len(BIG)}", body=BIG[:70_000]), True),
    "garbage": (b"SSH-2.0-OpenSSH\r\n", True),
    "two-lengths": (headed("content-length: 2", "content-length: 3", body=b"{}"), True),
    "twice": (answer(b"{}") + answer(b"[]"), True),
    "hung": (b"", False),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A request, and whether the lane takes it."""

    what: str
    target: str = ANNA
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    more: str = ""
    body: bytes = b""
    token: str | None = None
    is_express: bool = True

    def said(self, tokens: Mapping[str, str], way: Mapping[str, str]) -> bytes:
        authorization = {"Authorization": f"Bearer {tokens[self.token]}"} if self.token else {}
        raw = get(self.target, {**authorization, **self.headers, **way}, method=self.method, body=self.body)
        head, _, body = raw.partition(b"\r\n\r\n")
        return head + b"\r\n" + self.more.encode() + b"\r\n" + body


def answers() -> list[Case]:
    """Every answer, as it is and encoded."""
    plain = [Case(f"answered {name}", f"/api/users/{name}") for name in ANSWERS]
    encoded = [
        Case(f"answered {name} in {encoding}", f"/api/users/{name}", headers={"Accept-Encoding": encoding})
        for encoding in ("br", "gzip", "identity", "gzip;q=0.5, br;q=0", "*", "deflate")
        for name in (
            "anna",
            "middle",
            "weak",
            "big",
            "picture",
            "chunked",
            "chunked-big",
            "until-close-big",
            "none",
            "chunked-middle",
            "chunked-empty",
            "no-transform",
            "encoded",
            "cut-json",
            "empty",
        )
    ]
    return [*plain, *encoded]


def if_none_match() -> list[Case]:
    return [
        Case(f"has {tag} and {name}", f"/api/users/{name}", headers={"If-None-Match": tag, "Accept-Encoding": "br"})
        for tag in ('"seven"', '"seven-br"', 'W/"seven"', '"seven-gzip", "seven-br"', "*")
        for name in ("unchanged", "middle")
    ]


def bodies() -> list[Case]:
    return [
        Case("a body", FILE, "POST", body=b'{"a":1}'),
        Case("a longer body", FILE, "POST", body=b"x" * 20_000),
        Case("no body", FILE, "POST"),
        Case("a length of nothing", FILE, "POST", {"Content-Length": "0"}),
        Case("a length with noughts before it", FILE, "POST", {"Content-Length": "0003"}, body=b"abc"),
        Case("a get with a body", body=b"abc"),
        Case("a chunked body", FILE, "POST", {"Transfer-Encoding": "chunked"}, is_express=False),
        Case("a patch", ME, "PATCH", {"Content-Type": "application/json"}, body=b"{}", token="known"),
        Case("a delete", "/api/auth/sessions/0190a2b4-5c6d-7e8f-9a0b-1c2d3e4f5a6b", "DELETE", token="known"),
        Case("too long a body for its route", "/api/auth/login", "POST", body=b"x" * 17_000, is_express=False),
        Case("a length that is none", FILE, "POST", {"Content-Length": "+3"}, is_express=False),
    ]


def callers() -> list[Case]:
    return [Case(f"a token that is {token}", ME, token=token, is_express=token == "known") for token in TOKENS] + [
        Case("no token where one is needed", ME, is_express=False),
        Case("another scheme", headers={"Authorization": "Basic YTpi"}, is_express=False),
        Case("a scheme in capitals", headers={"Authorization": "BEARER abc"}, is_express=False),
        Case("an empty token", headers={"Authorization": "Bearer "}, is_express=False),
        Case("two tokens", more="Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", is_express=False),
        Case("a territory that is not", headers={"X-Territory-ID": "XX"}, is_express=False),
        Case("a territory that is another's", headers={"X-Territory-ID": "DK"}, token="known"),
        Case("a host that is nobody's", headers={"Host": "xx.example"}, is_express=False),
        Case("a host that is none", headers={"Host": "a@b"}, is_express=False),
        Case("a host with a port", headers={"Host": "localhost:8000"}),
        Case("an address of its own telling", headers={"X-Forwarded-For": "10.0.0.1", "Forwarded": "for=10.0.0.2"}),
    ]


def lines() -> list[Case]:
    return [
        Case("a query", ANNA + "?a=1&b=%20&a=2"),
        Case("an empty query", ANNA + "?"),
        Case("two question marks", ANNA + "?a=?&b"),
        Case("a query that waits", ANNA + "?wait=1", is_express=False),
        Case("a path with escapes", "/api/users/%61nna"),
        Case("a path with an escaped slash", "/api/users/a%2Fb", is_express=False),
        Case("the path of a version", "/api/v1/users/anna"),
        Case("a path that is not", "/api/nothing", is_express=False),
        Case("a path with a slash at its end", "/api/users/anna/", is_express=False),
        Case("a path with two slashes", "/api//users", is_express=False),
        Case("a method that is not", ANNA, "DELETE", is_express=False),
        Case("its head", ANNA, "HEAD", is_express=False),
        Case("the head of much", "/api/users/middle", "HEAD", {"Accept-Encoding": "br"}, is_express=False),
        Case("a question about methods", ANNA, "OPTIONS", is_express=False),
        Case(
            "a preflight",
            ANNA,
            "OPTIONS",
            {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "GET"},
            is_express=False,
        ),
        Case("the gateway's own", "/api/territory", is_express=False),
    ]


def fields() -> list[Case]:
    return [
        Case("a page that may read", headers={"Origin": "http://localhost:3000"}),
        Case("a page that may not", headers={"Origin": "https://evil.example"}),
        Case("a page of nowhere", headers={"Origin": "null"}),
        Case("a request id", headers={"X-Request-ID": "abc-1"}),
        Case("a request id that is none", headers={"X-Request-ID": "a b"}),
        Case("a trace", headers={"Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}),
        Case("who one claims to be", headers={"X-User-ID": "root", "Via": "1.1 x", "X_User_ID": "root"}),
        Case("fields of this hop", headers={"Connection": "keep-alive", "TE": "trailers", "Proxy-Connection": "x"}),
        Case("fields that are named for this hop", headers={"Connection": "x-mine", "X-Mine": "1"}, is_express=False),
        Case("a field twice", more="X-Twice: 1\r\nX-Twice: 2\r\n", is_express=False),
        Case("a cookie and another", headers={"Cookie": "a=1; b=2"}),
        Case("letters of elsewhere", headers={"X-Name": "Søren", "User-Agent": "æ"}),
        Case("an empty field", headers={"X-Empty": ""}),
        Case("blanks around a value", headers={"X-Blank": "  a \t"}),
        Case("a key", FILE, "POST", {"Idempotency-Key": "k-1"}, body=b"{}"),
        Case("an encoded body", FILE, "POST", {"Content-Encoding": "gzip"}, body=b"x", is_express=False),
        Case("an event stream", headers={"Accept": "text/event-stream"}, is_express=False),
        Case("a permission awaited", FILE, "POST", {"Expect": "100-continue", "Content-Length": "0"}, is_express=False),
        Case("another protocol", headers={"Upgrade": "h2c"}, is_express=False),
    ]  # fmt: skip


CASES = [*answers(), *if_none_match(), *bodies(), *callers(), *lines(), *fields()]


@dataclass(slots=True)
class Stage:
    """A gateway before a service that remembers what it was asked."""

    door: Door
    tokens: Mapping[str, str]
    asked: list[tuple[Request, bytes]] = field(default_factory=list)

    async def serve(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((request, await reader.readexactly(request.length)))
        name = request.line.split()[1].partition("?")[0].rpartition("/")[2]
        raw, is_last = ANSWERS.get(name, ANSWERS["anna"])
        if name == "hung":
            await reader.read()
        writer.write(raw)
        if is_last:
            writer.close()

    async def outcome(self, case: Case, way: Mapping[str, str]) -> tuple[WireAnswer, list[tuple[Request, bytes]], bool]:
        """What the client is told, what the service, and whether it went by the lane."""
        self.asked.clear()
        rides = express_rides()
        async with wire(self.door) as client:
            told = await client.ask(case.said(self.tokens, way))
        return told, list(self.asked), express_rides() > rides


@pytest_asyncio.fixture(scope="module")
async def stage(servers: Servers, lasting_sockets: Path) -> AsyncIterator[Stage]:
    home = await new_home(servers)
    hurried = [replace(route, timeout_seconds=0.3) for route in (*API, FILES)]
    settings = servers.settings(
        GatewaySettings,
        home.territory,
        upstream_url=f"unix:{lasting_sockets}/{{service}}.sock",
        rate_limits="on",
        requests_per_second=10_000,
        request_burst=100_000,
    )
    async with open_door(create_app(settings, hurried)) as door:
        opened = Stage(door, tokens_of(home))
        async with (
            upstream_at(lasting_sockets / "user.sock", opened.serve),
            upstream_at(lasting_sockets / "auth.sock", opened.serve),
        ):
            # From then on it is known.
            await opened.outcome(Case("a first time", ME, token="known"), {})
            yield opened


def tokens_of(home: Home) -> dict[str, str]:
    claims = true_claims(home.territory)
    now = int(time.time())
    return {
        "known": signed(home.key, claims),
        "unknown": signed(Ed25519PrivateKey.generate(), claims),
        "expired": signed(home.key, {**claims, "iat": now - 1000, "nbf": now - 1000, "exp": now - 100}),
        "foreign": signed(home.key, {**claims, "territory": "DK"}),
        "nonsense": "nonsense",
    }


DECODERS = {"br": brotli.decompress, "gzip": lambda body: zlib.decompress(body, 31)}


def told(answered: WireAnswer, *, is_in_pieces: bool) -> tuple[int, list[tuple[str, str]], bytes, bool]:
    """What of an answer does not differ from one to the next."""
    said = dict(answered.headers)
    # In how many pieces a body is handed on depends on when they came, and so do its framing and its encoded bytes.
    framing = {"content-length", "transfer-encoding"} if is_in_pieces else frozenset()
    headers = sorted(
        (name, re.sub(r"\b[rt]=\d+", "", value))
        if name.startswith("ratelimit")
        else (name, "" if name in VARYING else value)
        for name, value in answered.headers
        if name not in framing
    )
    body = answered.body
    if is_in_pieces and answered.is_whole:
        body = DECODERS.get(said.get("content-encoding", ""), bytes)(body)
    if ("content-type", "application/problem+json") in headers:
        problem = orjson.loads(body)
        assert len(problem.pop("request_id")) > 0
        body = orjson.dumps(problem)
    return answered.status, headers, body, answered.is_whole


def seen(asked: list[tuple[Request, bytes]]) -> list[tuple[str, dict[str, str], bytes]]:
    return [
        (request.line, {n: "" if n in VARYING else v for n, v in request.headers.items()}, body)
        for request, body in asked
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
async def test_by_both_ways_it_is_the_same(stage: Stage, case: Case) -> None:
    express, service_by_express, went_express = await stage.outcome(case, {})
    # A breaker that has seen failures is made to forget them.
    await stage.outcome(Case("well"), {})
    ordinary, service_by_ordinary, went_ordinary = await stage.outcome(case, ORDINARY)
    await stage.outcome(Case("well"), {})
    assert (went_express, went_ordinary) == (case.is_express, False)
    is_in_pieces = "chunked" in case.target or "cut" in case.target or "until" in case.target
    assert told(express, is_in_pieces=is_in_pieces) == told(ordinary, is_in_pieces=is_in_pieces)
    assert seen(service_by_express) == seen(service_by_ordinary)
