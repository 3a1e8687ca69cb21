"""Processes that are killed at random while events are appended and read, and what must be true after it."""

import asyncio
import itertools
import random
import shutil
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import orjson
from sqlalchemy import func, select
from typing_extensions import override

from ops.verification.checking import Check
from services.auth.app import create_app as create_auth
from services.auth.roles.commands import grant_role
from services.auth.settings import AuthSettings
from shared.database.statements import compiled
from shared.events import store
from shared.events.tables import events, parked_events
from shared.identifiers import Position, new_id
from shared.messaging.subjects import STREAM
from tests.support.citizen import PASSWORD
from tests.support.event_process import EventProcess, event_process, public_key
from tests.support.event_store import EventStore, event_store
from tests.support.eventually import eventually
from tests.support.servers import Servers, spawn
from tests.support.strict_model import StrictModel

KINDS = ("writer", "sealer", "nats", "postgres", "jetstream")
"""What is killed; `jetstream` is NATS with all that it kept."""
WRITERS = 6
EVENTS_A_STREAM = 25
PAUSE_SECONDS = 0.01
ASK_SECONDS = 5.0
BACK_WITHIN = 30.0
# What a writer may be told while something is away; it asks again, with the same event id.
MAY_BE_TOLD = {429, 502, 503, 504}
POSTGRES, NATS = 0, 2
_PARKED = compiled(select(parked_events.c.position, parked_events.c.reason))
_COUNT = compiled(select(func.count()).select_from(events))


@dataclass(slots=True)
class Figures:
    """The longest silences around the kills of each kind, in seconds, and what was done in all."""

    kills: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unanswered: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    unseen: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    acknowledged: int = 0

    @override
    def __str__(self) -> str:
        lines = [f"{sum(self.kills.values())} kills, {self.acknowledged:,} events acknowledged"]
        lines += [
            f"{kind:<11}{self.kills[kind]:>4} kills   longest without an acknowledged event"
            f" {self.unanswered[kind]:5.2f} s   without a new one in the read model {self.unseen[kind]:5.2f} s"
            for kind in KINDS
        ]
        return "\n".join(lines)


@dataclass(slots=True)
class Storm:
    """A territory under load: two event services, of which one seals, writers at both, and a strict read model."""

    servers: Servers
    record: EventStore
    instances: Sequence[EventProcess]
    token: str
    model: StrictModel
    figures: Figures = field(default_factory=Figures)
    acknowledged: dict[str, tuple[str, int]] = field(default_factory=dict)
    answered_at: list[float] = field(default_factory=list)
    is_over: bool = False

    async def write(self, number: int) -> None:
        """Append named events one after the other, each until it is acknowledged."""
        async with httpx.AsyncClient(timeout=ASK_SECONDS, headers={"Authorization": f"Bearer {self.token}"}) as client:
            for turn in itertools.count(number):
                stream = f"decision-{new_id()}"
                for _ in range(EVENTS_A_STREAM):
                    if self.is_over:
                        return
                    await self._append(client, stream, turn)

    async def _append(self, client: httpx.AsyncClient, stream: str, first: int) -> None:
        known = str(new_id())
        event = {"id": known, "type": "event.decision.recorded", "data": {"title": known, "outcome": "yes"}}
        body = {"expected_version": "any", "events": [event]}
        for attempt in itertools.count(first):
            url = self.instances[attempt % len(self.instances)].url
            with suppress(httpx.TransportError):
                answer = await client.post(f"{url}/events/streams/{stream}", json=body)
                if answer.status_code == 201:
                    self.acknowledged[known] = (stream, answer.json()["last_version"])
                    self.answered_at.append(time.monotonic())
                    return
                assert answer.status_code in MAY_BE_TOLD, answer.text
            await asyncio.sleep(PAUSE_SECONDS)

    async def strike(self, kind: str) -> None:
        """Kill -9 one, start it again, and go on when everything goes on."""
        began = time.monotonic()
        if kind in ("postgres", "nats", "jetstream"):
            await self._restart_server(POSTGRES if kind == "postgres" else NATS, loses_disk=kind == "jetstream")
        else:
            leader = _leader_of(self.instances)
            (other,) = (each for each in self.instances if each is not leader)
            await (leader if kind == "sealer" else other).restart()
        answered, seen = len(self.answered_at), len(self.model.seen_at)
        await eventually(
            lambda: len(self.answered_at) > answered + WRITERS and len(self.model.seen_at) > seen + WRITERS,
            within=BACK_WITHIN,
        )
        self.figures.kills[kind] += 1
        for times, longest in ((self.answered_at, self.figures.unanswered), (self.model.seen_at, self.figures.unseen)):
            longest[kind] = max(longest[kind], _longest_gap(times, began))

    async def _restart_server(self, index: int, *, loses_disk: bool) -> None:
        killed = self.servers.processes[index]
        server = self.servers.postgres if index == POSTGRES else self.servers.nats
        killed.kill()
        killed.wait()
        if loses_disk:
            shutil.rmtree(self.servers.nats.data / "store")

        async def is_up() -> bool:
            # PostgreSQL refuses to start until the last of its old processes has seen that their parent is gone.
            if self.servers.processes[index].poll() is not None:
                self.servers.processes[index] = spawn(server.plan())
            return await server.is_ready()

        await eventually(is_up, within=BACK_WITHIN)

    async def finish(self) -> None:
        """Nothing acknowledged is missing, nothing stands or is seen twice, no position is missing, order is kept."""
        self.figures.acknowledged = len(self.acknowledged)
        size = int(await self.record.pool.fetch_value(_COUNT))

        async def all_sealed() -> bool:
            return await store.head(self.record.pool) == size

        await eventually(all_sealed, within=BACK_WITHIN)
        await self._the_store_has_each_once()
        await self._the_model_has_each_once()
        await self._jetstream_has_each_once(size)
        trusted = public_key(self.servers, self.record.territory)
        report = await Check(self.record.database_url, self.record.territory.code, [trusted]).run()
        assert not report.faults, report.faults

    async def _the_store_has_each_once(self) -> None:
        position, last, found = 0, defaultdict[str, int](int), {}
        while page := await store.read_after(self.record.pool, Position(position), 1000):
            for event in page:
                position += 1
                assert event.position == position, "a position is missing"
                if event.type == "event.decision.recorded":
                    last[event.stream] += 1
                    assert event.version == last[event.stream], "a stream is out of order"
                    found[str(event.id)] = (event.stream, event.version)
        assert found == self.acknowledged

    async def _the_model_has_each_once(self) -> None:
        expected: dict[str, int] = defaultdict(int)
        for stream, version in self.acknowledged.values():
            expected[stream] = max(expected[stream], version)

        async def is_whole() -> bool:
            return sum((await self.model.versions()).values()) == len(self.acknowledged)

        await eventually(is_whole, within=BACK_WITHIN)
        assert await self.model.versions() == expected
        assert await self.record.pool.fetch(_PARKED) == []

    async def _jetstream_has_each_once(self, size: int) -> None:
        async def is_published() -> bool:
            last = await self.record.bus.last_message()
            return last is not None and last.position >= size

        await eventually(is_published, within=BACK_WITHIN)
        js = self.record.bus.jetstream()
        state = (await js.stream_info(STREAM)).state
        positions = []
        for sequence in range(state.first_seq, state.last_seq + 1):
            message = await js.get_msg(STREAM, seq=sequence)
            positions.append(orjson.loads(message.data or b"")["position"])
        assert positions == list(range(positions[0], positions[0] + len(positions)))


def _leader_of(instances: Sequence[EventProcess]) -> EventProcess:
    return max(instances, key=lambda instance: instance.elected_at())


def _longest_gap(times: Sequence[float], since: float) -> float:
    """Between two in a row, of those that ended after the kill."""
    return max(
        (later - max(earlier, since) for earlier, later in itertools.pairwise(times) if later > since), default=0
    )


@asynccontextmanager
async def storm(servers: Servers, folder: Path) -> AsyncIterator[Storm]:
    """Two event services of a new territory under load; at the end the load ends, and all is looked at."""
    territory = await servers.new_territory()
    async with AsyncExitStack() as stack:
        record = await stack.enter_async_context(event_store(servers, territory))
        token = await _a_writers_token(servers, record)
        instances = []
        for name in ("one", "two"):
            (folder / name).mkdir()
            instances.append(await stack.enter_async_context(event_process(servers, folder / name, territory)))
        made = Storm(servers, record, instances, token, StrictModel(record))
        following = asyncio.create_task(made.model.follow())
        stack.push_async_callback(_ended, [following])
        writing = [asyncio.create_task(made.write(number)) for number in range(WRITERS)]
        stack.push_async_callback(_ended, writing)
        await eventually(lambda: len(made.model.seen_at) > WRITERS)
        yield made
        made.is_over = True
        await asyncio.gather(*writing)
        await made.finish()


async def blow(made: Storm, kills: int, seed: int) -> None:
    """So many kills, each kind as often, in an order that the seed gives."""
    kinds = [KINDS[number % len(KINDS)] for number in range(kills)]
    random.Random(seed).shuffle(kinds)
    for kind in kinds:
        await made.strike(kind)


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def _a_writers_token(servers: Servers, record: EventStore) -> str:
    async with servers.running(AuthSettings, create_auth, record.territory) as auth:
        body = {"username": "writer", "email": "writer@example.org", "password": PASSWORD}
        answer = await auth.post("/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        async with record.work() as work:
            await grant_role(work, "writer", "service")
        return str(answer.json()["access_token"])
