"""Durable appends a second over HTTP, straight at the event service, beside the best that pgbench gets.

    .venv/bin/python -m benchmarks.http_append [--seconds 5] [--rounds 3] [--events 1] [--instances 1] [--unsealed]

Everything is on: token, permission, catalogue, log, metrics, sealing, publishing and the projection of decisions; with
`--unsealed` the benchmark itself is the leader meanwhile, and seals nothing. One service has core 0; PostgreSQL and the
client have core 1, as pgbench's client has core 0 and its server core 1. Several instances share both. Each request is
a stream of its own with so many events; 64 connections are kept alive. pgbench writes to a database of its own, so that
nobody seals beside it and nothing of it is left to be sealed beside us.
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import psutil
import uvloop

from benchmarks.append import CLIENT_CORE, DATA, DATABASE_CORE, pgbench, pin, show
from services.auth.app import create_app as create_auth
from services.auth.roles.commands import grant_role
from services.auth.settings import AuthSettings
from services.event.sealing.leadership import BEAT_SECONDS, SILENT_SECONDS
from services.event.sealing.repository import stop_leading, try_lead
from services.event.sealing.sealer import Sealer
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM, new_id
from shared.observability.request_context import new_context
from shared.territory.territory import Territory
from tests.support.citizen import PASSWORD
from tests.support.event_process import EventProcess
from tests.support.event_store import EventStore, event_store
from tests.support.eventually import eventually
from tests.support.servers import Servers, started_servers

CONNECTIONS = 64


class Connection(asyncio.Protocol):
    """One request after the other; counts those answered with 201."""

    def __init__(self, token: str, deadline: float, events: int) -> None:
        self._deadline = deadline
        self._body = json.dumps(
            {"expected_version": "none", "events": [{"type": "event.decision.recorded", "data": DATA}] * events}
        ).encode()
        self._rest = (
            f" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(self._body)}\r\n\r\n"
        ).encode()
        self._received = b""
        self.delays: list[float] = []
        self.over = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._began = time.perf_counter()
        self._transport.write(
            b"POST /events/streams/decision-%s%s%s" % (str(new_id()).encode(), self._rest, self._body)
        )

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]):
            return
        assert head.startswith(b"HTTP/1.1 201"), self._received
        self._received = b""
        now = time.perf_counter()
        self.delays.append(now - self._began)
        if now < self._deadline:
            self._ask()
        else:
            self._transport.close()
            self.over.set_result(None)


async def over_http(ports: Sequence[int], token: str, seconds: float, events: int) -> tuple[float, list[float]]:
    began = time.perf_counter()
    made = [
        await asyncio.get_running_loop().create_connection(
            lambda: Connection(token, began + seconds, events), "127.0.0.1", ports[number % len(ports)]
        )
        for number in range(CONNECTIONS)
    ]
    await asyncio.gather(*(connection.over for _, connection in made))
    delays = [delay for _, connection in made for delay in connection.delays]
    return len(delays) * events / (time.perf_counter() - began), delays


async def token_of_an_admin(servers: Servers, territory: Territory, record: EventStore) -> str:
    async with servers.running(AuthSettings, create_auth, territory) as auth:
        body = {"username": "bench", "email": "bench@example.org", "password": PASSWORD}
        answer = (await auth.post("/auth/register", json=body)).json()
        async with unit_of_work(record.pool, territory, SYSTEM, person_keys=None, context=new_context()) as work:
            await grant_role(work, "bench", "admin")
        return str(answer["access_token"])


@asynccontextmanager
async def services(servers: Servers, territory: Territory, count: int) -> AsyncIterator[list[EventProcess]]:
    async with AsyncExitStack() as stack:
        running = []
        for _ in range(count):
            process = EventProcess(servers, territory, Path(tempfile.mkdtemp()), {})
            await process.start()
            stack.push_async_callback(process.stop)
            running.append(process)
        yield running


@asynccontextmanager
async def idle_leader(record: EventStore) -> AsyncIterator[None]:
    """Leads, so that nobody else does, and seals nothing."""
    over = asyncio.Event()

    async def hold(sealer: Sealer) -> None:
        while not over.is_set():
            await sealer.hold()
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), BEAT_SECONDS)

    async with record.sealer.acquire() as connection:
        await eventually(lambda: try_lead(connection), within=2 * SILENT_SECONDS)
        sealer = Sealer(connection, record.territory.code)
        await sealer.begin()
        holding = asyncio.create_task(hold(sealer))
        yield
        over.set()
        await holding
        await stop_leading(connection)


async def main(given: argparse.Namespace) -> None:
    async with (
        started_servers() as servers,
        event_store(servers, await servers.new_territory()) as record,
        event_store(servers, await servers.new_territory()) as peer,
    ):
        token = await token_of_an_admin(servers, record.territory, record)
        pin(servers)
        async with AsyncExitStack() as stack:
            if given.unsealed:
                await stack.enter_async_context(idle_leader(record))
            running = await stack.enter_async_context(services(servers, record.territory, given.instances))
            os.sched_setaffinity(0, {DATABASE_CORE})
            processes = [psutil.Process(one.process.pid) for one in running if one.process is not None]
            for process in processes:
                process.cpu_affinity([CLIENT_CORE] if given.instances == 1 else [CLIENT_CORE, DATABASE_CORE])
            peers, rates, delays = [], [], []
            for _ in range(given.rounds):
                peers.append(await pgbench(servers, peer, 16, given.seconds))
                before = sum(sum(process.cpu_times()[:2]) for process in processes)
                rate, waited = await over_http([one.port for one in running], token, given.seconds, given.events)
                after = sum(sum(process.cpu_times()[:2]) for process in processes)
                cpu = (after - before) / (rate * given.seconds)
                rates.append(rate)
                delays += waited
        show("pgbench, 16 clients", peers, statistics.median(peers))
        show(f"over HTTP, 64 connections, {given.events} a request", rates, statistics.median(peers))
        delays.sort()
        p50, p99 = (delays[int(len(delays) * share)] * 1000 for share in (0.5, 0.99))
        print(f"p50 {p50:.1f} ms   p99 {p99:.1f} ms   CPU of the service {cpu * 1e6:.0f} µs an event")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=float, default=5)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--events", type=int, default=1)
    arguments.add_argument("--instances", type=int, default=1)
    arguments.add_argument("--unsealed", action="store_true")
    uvloop.run(main(arguments.parse_args()))
