"""A service as a real process: its sockets, its limits on raw bytes, its health, its logs and its end."""

import asyncio
import json
import signal
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from shared.outbound.http_client import open_client
from shared.territory.territory import Territory
from tests.support.eventually import eventually
from tests.support.pod import ROOT
from tests.support.servers import Servers
from tests.support.service_process import ServiceProcess, environment_of, read_answer, service_process, start

GET = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BODY = b'{"text":"x"}'


@pytest.mark.parametrize("name", ["florist", "Auth", "../auth", ""])
async def test_a_service_that_there_is_not_is_one_line_and_exit_2(name: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "shared.service", name, stderr=asyncio.subprocess.PIPE, cwd=ROOT
    )
    async with asyncio.timeout(60):
        _, told = await process.communicate()
    assert process.returncode == 2
    assert told.count(b"\n") == 1


async def test_a_client_at_rest_is_served_once_more_by_an_instance_that_ends_and_told_to_leave(tmp_path: Path) -> None:
    async with service_process(tmp_path) as service:
        reader, writer = await service.connect()
        writer.write(GET)
        assert "connection" not in (await read_answer(reader)).headers
        service.process.send_signal(signal.SIGTERM)

        async def is_refused() -> bool:
            try:
                _, another = await service.connect()
            except ConnectionRefusedError:
                return True
            another.close()
            return False

        await eventually(is_refused)
        writer.write(GET)
        answer = await read_answer(reader)
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert await reader.read() == b""
        writer.close()
        assert await service.process.wait() == 0


@pytest_asyncio.fixture(scope="module")
async def lonely(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServiceProcess]:
    """A service whose servers are all away."""
    async with service_process(tmp_path_factory.mktemp("lonely")) as running:
        yield running


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"GET /health/live HTTP/1.1\r\n\r\n", 400, "bad-host"),
        (b"GET /health/live HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "bad-host"),
        (b"GET /health/live HTTP/1.0\r\n\r\n", 400, "bad-host"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400, "bad-request"),
        (b"GET\r\n\r\n", 400, "bad-request"),
        (b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad-request"),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, "bad-request"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n", 400, "bad-request"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", 400, "bad-request"),
        (POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "bad-request"),
        (POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400, "bad-request"),
        (POST + b"Content-Length: -1\r\n\r\n", 400, "bad-request"),
        (POST + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n", 400, "bad-request"),
        (POST + b"Content-Length: 9999999999\r\n\r\n", 413, "body-too-large"),
        (b"GET /" + b"a" * 8193 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414, "uri-too-long"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"a" * 33_000 + b"\r\n\r\n", 431, "head-too-large"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"a" * 400_000, 431, "head-too-large"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 100 + b"\r\n", 431, "head-too-large"),
    ],
)
async def test_a_head_that_is_too_much_or_nothing_is_refused_with_a_problem(
    lonely: ServiceProcess, request_bytes: bytes, status: int, code: str
) -> None:
    answer = await lonely.raw(request_bytes)
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.body)["request_id"] == answer.headers["x-request-id"]


async def test_the_largest_head_that_is_taken(lonely: ServiceProcess) -> None:
    fields = b"".join(b"X-%d: %s\r\n" % (number, b"v" * 300) for number in range(99))
    assert (await lonely.raw(GET[:-2] + fields + b"\r\n")).status == 200


async def test_slow_heads_and_bodies_are_ended_and_silence_is_just_closed(lonely: ServiceProcess) -> None:
    async def silent() -> bytes:
        reader, writer = await lonely.connect()
        data = await reader.read()
        writer.close()
        return data

    async def dripping() -> int:
        reader, writer = await lonely.connect()
        answer = asyncio.create_task(read_answer(reader))
        for byte in GET:
            writer.write(bytes([byte]))
            done, _ = await asyncio.wait([answer], timeout=0.9)
            if done:
                break
        writer.close()
        return (await answer).status

    async with asyncio.timeout(20):
        head, body, nothing, drip = await asyncio.gather(
            lonely.raw(b"GET / HTTP/1.1\r\nHost:"),
            lonely.raw(POST + b"Content-Length: 12\r\n\r\n{"),
            silent(),
            dripping(),
        )
    assert (head.status, head.code, head.headers["connection"]) == (408, "request-timeout", "close")
    assert (body.status, body.code, body.headers["connection"]) == (408, "request-timeout", "close")
    assert nothing == b""
    assert drip == 408


async def test_a_body_that_is_too_large_is_refused_while_the_client_still_sends(lonely: ServiceProcess) -> None:
    headers = {"content-type": "application/json"}
    for client in (lonely.public, lonely.inside):
        async with client:
            answer = await client.post("/notes", content=b" " * (8 << 20), headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
            assert (await client.get("/health/live")).status_code == 200


async def test_pipelined_requests_are_answered_in_order_and_garbage_after_them_costs_them_nothing(
    lonely: ServiceProcess,
) -> None:
    reader, writer = await lonely.connect()
    slow = b"GET /slow?seconds=0.3 HTTP/1.1\r\nHost: a\r\n\r\n"
    note = POST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    writer.write(slow + note)
    await writer.drain()
    assert (await read_answer(reader)).body == b"done"
    assert (await read_answer(reader)).status == 201
    writer.write(slow)
    await writer.drain()
    await asyncio.sleep(0)
    writer.write(b"\x00\x01garbage\r\n\r\n")
    assert (await read_answer(reader)).body == b"done"
    assert await reader.read() == b""
    writer.close()


async def test_a_connection_goes_on_after_a_body_that_nobody_read(lonely: ServiceProcess) -> None:
    reader, writer = await lonely.connect()
    writer.write(b"POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12")
    assert (await read_answer(reader)).status == 404
    writer.write(b"345" + GET)
    assert (await read_answer(reader)).status == 200
    writer.close()


async def test_a_client_that_was_never_told_to_go_on_gets_its_answer_and_the_end(lonely: ServiceProcess) -> None:
    reader, writer = await lonely.connect()
    writer.write(b"POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    assert (await read_answer(reader)).status == 404
    assert await reader.read() == b""
    writer.close()


async def test_whatever_can_be_read_can_be_asked_for_its_head(lonely: ServiceProcess) -> None:
    async with lonely.public as client:
        whole, head = await client.get("/version"), await client.head("/version")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(whole.content))
        assert (await client.head("/nowhere")).status_code == 404


async def test_the_inner_address_is_a_socket_for_its_owner_alone_and_tells_more(lonely: ServiceProcess) -> None:
    assert stat.S_IMODE(lonely.inner.stat().st_mode) == 0o600
    async with lonely.public as public, lonely.inside as inside:
        assert (await public.get("/metrics")).json()["code"] == "route-not-found"
        assert set((await public.get("/health/ready")).json()) == {"status", "territories"}
        assert set((await inside.get("/health/ready")).json()) == {"status", "territories", "nats", "redis"}
        await public.get("/notes/a")
        metrics = (await inside.get("/metrics")).text
        assert 'http_requests_total{method="GET",route="/notes/{name}",status="200",territory="DK"}' in metrics
        assert 'worker_restarts_total{worker="flaky_worker"}' in metrics


async def test_the_door_for_outgoing_calls_reaches_a_socket(lonely: ServiceProcess) -> None:
    async with open_client("http://inner", socket_path=str(lonely.inner)) as client:
        assert (await client.get("/health/live")).json() == {"status": "up"}


async def test_a_service_without_its_servers_is_alive_and_not_ready(lonely: ServiceProcess) -> None:
    async with lonely.public as client:
        assert (await client.get("/health/live")).status_code == 200
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()["territories"]) == (503, {"DK": "down"})
        assert (await client.get("/health")).json()["status"] == "degraded"
        version = (await client.get("/version")).json()
        assert set(version) == {"service", "version", "commit", "schema_revision", "started_at"}
        decision = await client.post("/decisions", json={"title": "x"})
        assert (decision.status_code, decision.json()["code"]) == (503, "database-unavailable")
        assert int(decision.headers["retry-after"]) > 0


async def test_a_log_line_tells_of_each_request_and_of_nothing_that_it_held(lonely: ServiceProcess) -> None:
    async with lonely.public as client:
        headers = {
            "x-request-id": "find-me",
            "authorization": "Bearer hunter2",
            "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
        }
        await client.post("/notes?token=hunter2", json={"text": "hunter2"}, headers=headers)

    def told() -> list[dict[str, object]]:
        return [line for line in lonely.lines() if line.get("request_id") == "find-me"]

    # The answer is out before its line is written.
    await eventually(told)
    (line,) = told()
    assert line["event"] == "request.answered"
    assert (line["service"], line["method"], line["route"], line["status"]) == ("sample", "POST", "/notes", 201)
    assert line["trace_id"] == "a" * 32
    assert "duration_ms" in line
    assert "hunter2" not in str(lonely.lines())


async def test_what_nobody_expected_is_logged_whole_and_once(lonely: ServiceProcess) -> None:
    async with lonely.public as client:
        answer = await client.get("/crash", headers={"x-request-id": "crash-1"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (500, "crash-1")

    def told() -> list[dict[str, object]]:
        return [line for line in lonely.lines() if line.get("request_id") == "crash-1"]

    # The answer is out before its line is written.
    await eventually(lambda: len(told()) > 1)
    lines = told()
    assert [line["event"] for line in lines] == ["request.failed", "request.answered"]
    assert "RuntimeError" in str(lines[0]["exception"])


class TestTheEnd:
    async def test_what_is_under_way_is_finished_and_the_rest_is_told_to_go(self, tmp_path: Path) -> None:
        async with service_process(tmp_path) as running, running.public as client:
            slow = asyncio.create_task(client.get("/slow?seconds=1.5"))
            kept = httpx.AsyncClient(base_url=f"http://127.0.0.1:{running.port}")
            await kept.get("/health/live")
            running.process.terminate()

            async def is_leaving() -> bool:
                answer = await kept.get("/health/ready")
                return answer.status_code == 503 and answer.headers.get("connection") == "close"

            await eventually(is_leaving, within=0.3)
            await kept.aclose()
            answer = await slow
            assert (answer.status_code, answer.content) == (200, b"done")
            assert await running.process.wait() == 0
            assert not running.inner.exists()
            assert [line["event"] for line in running.lines()][-1] == "service.stopped"

    async def test_what_takes_longer_than_the_drain_is_told_so(self, tmp_path: Path) -> None:
        async with service_process(tmp_path, {"DRAIN_SECONDS": "1"}) as running, running.public as client:
            slow = asyncio.create_task(client.get("/slow?seconds=20"))
            await eventually(lambda: self._is_in_flight(running))
            running.process.terminate()
            answer = await slow
            assert (answer.status_code, answer.json()["code"]) == (503, "shutting-down")
            assert await running.process.wait() == 0

    async def test_an_older_instance_leaves_the_socket_of_a_newer_one_alone(self, tmp_path: Path) -> None:
        async with service_process(tmp_path) as older:
            newer_socket = await asyncio.start_unix_server(lambda _, writer: writer.close(), str(tmp_path / "new"))
            (tmp_path / "new").rename(older.inner)
            assert await older.stop() == 0
            assert older.inner.exists()
            newer_socket.close()
            await newer_socket.wait_closed()

    @pytest.mark.parametrize(
        ("variable", "value"), [("TERRITORY_ID", "dk"), ("LISTEN", "nowhere"), ("POD_ID", ""), ("REDIS_URL", None)]
    )
    async def test_a_wrong_variable_is_one_line_and_exit_2(
        self, tmp_path: Path, variable: str, value: str | None
    ) -> None:
        process = await start(tmp_path, {variable: value}, error=asyncio.subprocess.PIPE)
        _, error = await process.communicate()
        assert process.returncode == 2
        assert error.count(b"\n") == 1
        assert (b"TERRITORIES" if variable == "TERRITORY_ID" else variable.encode()) in error

    @staticmethod
    async def _is_in_flight(running: ServiceProcess) -> bool:
        async with running.inside as client:
            return "http_requests_in_flight 2.0" in (await client.get("/metrics")).text


class TestReadiness:
    async def test_a_territory_whose_database_answers_is_up(
        self, servers: Servers, territory: Territory, tmp_path: Path
    ) -> None:
        async with service_process(tmp_path, environment_of(servers, territory)) as running, running.inside as client:

            async def is_ready() -> bool:
                answer = await client.get("/health/ready")
                return answer.status_code == 200 and answer.json()["nats"] == {territory.code: "up"}

            await eventually(is_ready, within=10)
            answer = await client.post("/decisions", json={"title": "A park"})
            assert (answer.status_code, answer.json()["version"]) == (201, 1)

    async def test_one_territory_down_leaves_the_other_served(
        self, servers: Servers, territory: Territory, tmp_path: Path
    ) -> None:
        away = await servers.new_territory()
        connection = await servers.postgres.connect_to("postgres")
        await connection.execute(f"ALTER DATABASE {away.database} WITH ALLOW_CONNECTIONS false")
        await connection.close()
        codes = {"TERRITORIES": f"{territory.code},{away.code}"}
        variables = environment_of(servers, territory) | codes
        variables |= {"TERRITORY_NAME": "Here,Away", "TERRITORY_LOCALE": "da-DK,da-DK"}
        async with service_process(tmp_path, variables) as running, running.public as client:

            async def is_ready() -> bool:
                return (await client.get("/health/ready")).status_code == 200

            await eventually(is_ready, within=10)
            ready = (await client.get("/health/ready")).json()
            assert ready["territories"] == {territory.code: "up", away.code: "down"}
            assert (await client.get("/health")).json()["status"] == "degraded"
            for code, status in ((territory.code, 201), (away.code, 503)):
                answer = await client.post("/decisions", json={"title": "x"}, headers={"x-territory-id": code})
                assert answer.status_code == status
