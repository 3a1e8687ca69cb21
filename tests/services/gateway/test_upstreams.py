"""A service of several instances, away, hung or full: what its callers notice, and how often they ask it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import monotonic

import pytest
import pytest_asyncio

from services.gateway.app import create_app
from services.gateway.front import ride
from services.gateway.limits.classes import WRITE
from services.gateway.policies.route import ONCE, TOKEN, Cache, Route
from services.gateway.policies.route_table import API
from services.gateway.proxy import forwarding, upstream
from services.gateway.proxy.retry_budget import RESERVE, SHARE
from services.gateway.settings import GatewaySettings
from tests.services.gateway.door import Door, open_door
from tests.services.gateway.test_proxy import answer_at_once
from tests.services.gateway.tokens import Home, new_home
from tests.services.gateway.upstream_server import Request, answer, upstream_at
from tests.services.gateway.wire import ORDINARY, WireAnswer, express_rides, get, in_flight, wire
from tests.support.eventually import eventually
from tests.support.forger import signed, true_claims
from tests.support.servers import Servers

ANNA = "/api/users/anna"
# A route that takes anything from whoever is logged in, as it comes.
UPLOADS = Route("POST", "/uploads", "user", TOKEN, WRITE, 1 << 20, 30, ONCE, Cache.NOBODY)
JSON = {"Content-Type": "application/json"}
READ_BODY = b'{"up_to":"01a216cc-b9aa-74c5-9b22-2224b6f52cc3"}'
HURRIED_SECONDS = 0.5
# What a busy machine may add to a deadline.
SLACK_SECONDS = 0.4
WAYS = pytest.mark.parametrize("way", [pytest.param({}, id="express"), pytest.param(ORDINARY, id="ordinary")])

Way = dict[str, str]


@dataclass(frozen=True, slots=True)
class Site:
    """A gateway whose services have two instances each; of one territory, and for somebody who is logged in."""

    door: Door
    replicas: tuple[Path, Path]
    authorization: dict[str, str]

    async def ask(self, way: Way, target: str = ANNA, method: str = "GET", **headers: str) -> WireAnswer:
        async with wire(self.door) as client:
            return await client.ask(get(target, {**self.authorization, **headers, **way}, method=method))


@pytest_asyncio.fixture(scope="module")
async def home(servers: Servers) -> Home:
    return await new_home(servers)


@asynccontextmanager
async def site(servers: Servers, home: Home, folder: Path, count: int = 2) -> AsyncIterator[Site]:
    hurried = [replace(route, timeout_seconds=HURRIED_SECONDS) for route in (*API, UPLOADS)]
    sockets = [folder / name for name in ("a", "b")[:count]]
    for each in sockets:
        each.mkdir()
    addresses = ",".join(f"unix:{each}/{{service}}.sock" for each in sockets)
    settings = servers.settings(GatewaySettings, home.territory, upstream_url=addresses)
    token = signed(home.key, true_claims(home.territory))
    async with open_door(create_app(settings, hurried)) as door:
        authorization = {"Authorization": f"Bearer {token}"}
        # The token is known from then on.
        await door.http.get("/api/users/me", headers=authorization)
        yield Site(door, (sockets[0] / "user.sock", sockets[-1] / "user.sock"), authorization)


@pytest_asyncio.fixture
async def pair(servers: Servers, home: Home, sockets: Path) -> AsyncIterator[Site]:
    async with site(servers, home, sockets) as opened:
        yield opened


@pytest_asyncio.fixture
async def single(servers: Servers, home: Home, sockets: Path) -> AsyncIterator[Site]:
    async with site(servers, home, sockets, 1) as opened:
        yield opened


async def hang(_: Request, reader: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    await reader.read()


class TestTwoInstances:
    @WAYS
    async def test_share_what_there_is_to_do(self, pair: Site, way: Way) -> None:
        all_there = asyncio.Barrier(20)

        async def wait_for_all(_: Request, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            async with all_there:
                writer.write(answer())

        a, b = pair.replicas
        async with upstream_at(a, wait_for_all) as first, upstream_at(b, wait_for_all) as second:
            answers = await asyncio.gather(*(pair.ask(way) for _ in range(20)))
        assert {each.status for each in answers} == {200}
        assert (len(first.requests), len(second.requests)) == (10, 10)

    @WAYS
    async def test_are_asked_on_kept_connections_also_when_one_is_away(self, pair: Site, way: Way) -> None:
        async with upstream_at(pair.replicas[1], answer_at_once) as left:
            for _ in range(60):
                assert (await pair.ask(way)).status == 200
        # Now and then one is made by whoever finds out whether the other is back.
        assert left.connections <= 10

    @WAYS
    async def test_can_lose_one_without_anybody_noticing_and_take_it_back(self, pair: Site, way: Way) -> None:
        a, b = pair.replicas
        statuses: Counter[int] = Counter()
        is_over = asyncio.Event()

        async def keep_asking() -> None:
            async with wire(pair.door) as client:
                while not is_over.is_set():
                    statuses[(await client.ask(get(ANNA, {**pair.authorization, **way}))).status] += 1

        async with upstream_at(a, answer_at_once) as stays, AsyncExitStack() as comes_and_goes:
            goes = await comes_and_goes.enter_async_context(upstream_at(b, answer_at_once))
            callers = [asyncio.create_task(keep_asking()) for _ in range(6)]
            await eventually(lambda: goes.requests and stays.requests)
            await comes_and_goes.aclose()
            b.unlink(missing_ok=True)
            before = len(stays.requests)
            await eventually(lambda: len(stays.requests) > before + 100)
            async with upstream_at(b, answer_at_once) as back:
                await eventually(lambda: len(back.requests) > 20)
                is_over.set()
                await asyncio.gather(*callers)
        assert statuses.keys() == {200}


class TestHowOftenSomethingIsSent:
    """Whatever a service does, what may not be done twice is sent once, and the rest twice at most."""

    ANSWER = answer(b"{}", "200 OK", "x-position: 7")

    async def cut_everywhere(self, site: Site, way: Way, method: str, **headers: str) -> Counter[int]:
        """How often it was sent, for each number of bytes that are answered before the service ends."""
        cut_after = 0

        async def cut(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if "x-cut" not in request.headers:
                await answer_at_once(request, reader, writer)
                return
            writer.write(self.ANSWER[:cut_after])
            writer.close()

        sent: Counter[int] = Counter()
        async with upstream_at(site.replicas[0], cut) as upstream, wire(site.door) as client:
            for cut_after in range(self.ANSWER.index(b"\r\n\r\n") + 4):
                # A connection that is kept, and a breaker that has nothing to complain of.
                assert (await client.ask(get(ANNA, site.authorization))).status == 200
                before = len(upstream.requests)
                fields = {**site.authorization, "X-Cut": "yes", **headers, **way}
                if method == "POST":
                    sent_on = get("/api/notifications/read", {**fields, **JSON}, method=method, body=READ_BODY)
                else:
                    sent_on = get(ANNA, fields)
                refused = await client.ask(sent_on)
                assert refused.status in {502, 503}
                sent[cut_after] = len(upstream.requests) - before
        return sent

    @WAYS
    async def test_a_post_once(self, single: Site, way: Way) -> None:
        sent = await self.cut_everywhere(single, way, "POST")
        assert set(sent.values()) == {1}

    @WAYS
    async def test_a_post_with_a_key_twice_when_nothing_was_answered(self, single: Site, way: Way) -> None:
        sent = await self.cut_everywhere(single, way, "POST", **{"Idempotency-Key": "k-1"})
        assert sent[0] == 2
        assert {times for cut_after, times in sent.items() if cut_after} == {1}

    @WAYS
    async def test_a_get_twice_when_nothing_was_answered(self, single: Site, way: Way) -> None:
        sent = await self.cut_everywhere(single, way, "GET")
        assert sent[0] == 2
        assert {times for cut_after, times in sent.items() if cut_after} == {1}

    @WAYS
    async def test_the_second_time_is_the_first_byte_for_byte(self, single: Site, way: Way) -> None:
        bodies: list[bytes] = []

        async def lose_the_first(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            bodies.append(await reader.readexactly(request.length))
            if len(bodies) == 1:
                writer.close()
            else:
                writer.write(answer())

        headers = {**single.authorization, "Idempotency-Key": "k-2", **JSON, **way}
        async with upstream_at(single.replicas[0], lose_the_first) as upstream, wire(single.door) as client:
            sent = get("/api/notifications/read", headers, method="POST", body=READ_BODY)
            assert (await client.ask(sent)).status == 200
        assert bodies == [READ_BODY] * 2
        first, second = upstream.requests
        assert (first.line, first.headers) == (second.line, second.headers)

    @WAYS
    async def test_a_body_that_came_in_parts_once_whatever_its_key(self, single: Site, way: Way) -> None:
        async def lose(_: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"second")
            writer.close()

        headers = {**single.authorization, "Idempotency-Key": "k-3", "Transfer-Encoding": "chunked", **way}
        async with upstream_at(single.replicas[0], lose) as upstream, wire(single.door) as client:
            client.send(get("/api/uploads", headers, method="POST") + b"5\r\nfirst\r\n")
            await eventually(lambda: upstream.requests)
            client.send(b"6\r\nsecond\r\n0\r\n\r\n")
            assert (await client.answer()).status == 503
        assert len(upstream.requests) == 1

    @WAYS
    async def test_a_tenth_more_than_was_asked_for(self, single: Site, way: Way) -> None:
        async def lose_half(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if "/bodil " in request.line:
                writer.close()
            else:
                await answer_at_once(request, reader, writer)

        asked = 300
        async with upstream_at(single.replicas[0], lose_half) as upstream, wire(single.door) as client:
            for number in range(asked):
                name = ("anna", "bodil")[number % 2]
                answered = await client.ask(get(f"/api/users/{name}", {**single.authorization, **way}))
                assert answered.status == (503 if name == "bodil" else 200)
        again = len(upstream.requests) - asked
        assert RESERVE <= again <= RESERVE + SHARE * (asked + 1)


class TestAServiceThatIsAway:
    @WAYS
    async def test_is_said_to_be_in_less_than_five_milliseconds(self, single: Site, way: Way) -> None:
        for _ in range(6):
            await single.ask(way)
        times = []
        async with wire(single.door) as client:
            for _ in range(50):
                began = monotonic()
                answered = await client.ask(get(ANNA, {**single.authorization, **way}))
                times.append(monotonic() - began)
                assert (answered.status, answered["retry-after"]) == (503, "1")
                assert b'"service-unavailable"' in answered.body
        assert median(times) < 0.005

    @WAYS
    async def test_is_asked_once_in_a_while_and_by_everybody_when_it_is_back(self, single: Site, way: Way) -> None:
        async def lose(_: Request, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if not is_back:
                writer.close()
            else:
                writer.write(answer())

        is_back = False
        async with upstream_at(single.replicas[0], lose) as upstream:
            while (await single.ask(way)).status != 503 or len(upstream.requests) < 5:
                pass
            asked, began = len(upstream.requests), monotonic()
            for _ in range(50):
                assert (await single.ask(way)).status == 503
            # A probe is sent twice at most.
            assert len(upstream.requests) - asked <= 2 * (1 + (monotonic() - began))
            is_back = True

            async def is_answered() -> bool:
                return (await single.ask(way)).status == 200

            await eventually(is_answered, within=3)
            answers = await asyncio.gather(*(single.ask(way) for _ in range(20)))
        assert {each.status for each in answers} == {200}

    @WAYS
    async def test_one_that_hangs_is_given_the_time_of_its_route(self, single: Site, way: Way) -> None:
        async with upstream_at(single.replicas[0], hang):
            rides, began = express_rides(), monotonic()
            answered = await single.ask(way)
            took = monotonic() - began
        assert (answered.status, express_rides() - rides) == (504, 0 if way else 1)
        assert b'"service-timeout"' in answered.body
        assert HURRIED_SECONDS <= took < HURRIED_SECONDS + 0.1 + SLACK_SECONDS


@WAYS
async def test_more_than_a_service_can_do_at_once_is_refused_and_does_not_wait(
    single: Site, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upstream, "MOST_BUSY", 8)
    go_on = asyncio.Event()

    async def wait(_: Request, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        writer.write(answer())

    async with upstream_at(single.replicas[0], wait) as service:
        asking = [asyncio.create_task(single.ask(way)) for _ in range(20)]
        await eventually(lambda: sum(task.done() for task in asking) == 12)
        await eventually(lambda: len(service.requests) == 8)
        go_on.set()
        answers = await asyncio.gather(*asking)
        assert (await single.ask(way)).status == 200
    refused = [each for each in answers if each.status == 503]
    assert Counter(each.status for each in answers) == {200: 8, 503: 12}
    assert {each["retry-after"] for each in refused} == {"1"}
    assert all(b'"service-busy"' in each.body for each in refused)


class Fountain:
    """An answer without an end, as fast as it is taken."""

    def __init__(self) -> None:
        self.written = 0
        self.is_over = False

    async def flow(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if "/bodil " in request.line:
            await answer_at_once(request, reader, writer)
            return
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ntransfer-encoding: chunked\r\n\r\n")
        try:
            while True:
                writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
                await writer.drain()
                self.written += 0x10000
        finally:
            self.is_over = True


@WAYS
async def test_a_client_that_does_not_read_holds_the_service_back_and_is_given_up(
    single: Site, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (ride, forwarding):
        monkeypatch.setattr(module, "STALL_SECONDS", 1.0)
    fountain = Fountain()
    before = in_flight()
    async with upstream_at(single.replicas[0], fountain.flow), wire(single.door) as client:
        client.send(get(ANNA, {**single.authorization, **way}))
        await eventually(lambda: in_flight() == before + 1)
        await eventually(lambda: fountain.is_over)
        await eventually(lambda: in_flight() == before)
        assert (await single.ask(way, "/api/users/bodil")).status == 200
    # What the kernel's buffers take on both sides, and a little more.
    assert fountain.written < 16 * 1024 * 1024
