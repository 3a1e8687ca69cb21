"""Projections: filled anew beside themselves while they are read, whatever ends meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

import asyncpg
import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select

from services.event.decisions.projection import DECISIONS
from services.event.decisions.queries import list_decisions
from services.event.projections.commands import rebuild
from shared.database.statements import compiled
from shared.errors import ServiceError
from shared.events.catalogue.event import DecisionRecorded
from shared.events.handling import Source
from shared.events.projecting import keep_building, keep_serving
from shared.events.projection_states import live_builds
from shared.events.projections import Changes, Projection
from shared.events.tables import checkpoints, projections
from shared.events.unit_of_work import UnitOfWork
from shared.territory.territory import Territory
from tests.services.event.record import Caller, Record, a_stream, record
from tests.support.citizen import Json
from tests.support.event_store import EventStore, decision, event_store
from tests.support.eventually import eventually
from tests.support.projected import fill, give_positions, owner_of, rows_hash
from tests.support.servers import Servers

MANY = 20_000

_BUILDS = compiled(select(projections.c.build, projections.c.state, projections.c.version).order_by("build"))
_CHECKPOINTS = compiled(select(checkpoints.c.consumer, checkpoints.c.position).order_by("consumer"))


@dataclass(frozen=True, slots=True)
class Filled:
    """A store with many sealed decisions, and its owner's connection."""

    store: EventStore
    owner: asyncpg.Connection

    async def builds(self) -> list[tuple[int, str, int]]:
        return [(row["build"], row["state"], row["version"]) for row in await self.store.pool.fetch(_BUILDS)]

    async def served(self, build: int) -> None:
        """Return once a build serves, and the rows of those before are gone."""

        async def is_served() -> bool:
            live = await live_builds(self.store.pool, DECISIONS.name)
            others = await self.owner.fetchval("SELECT count(*) FROM decisions WHERE build <> $1", build)
            return live.serving is not None and live.serving[0] == build and others == 0

        await eventually(is_served, within=60)

    async def ask_for_build(self) -> int:
        async with self.store.work() as work:
            number = await rebuild(work, DECISIONS)
        await self.store.bus.publish_hint("projections")
        return number


@pytest_asyncio.fixture
async def filled(servers: Servers, territory: Territory) -> AsyncIterator[Filled]:
    async with event_store(servers, territory) as store, owner_of(servers, territory) as owner:
        await fill(owner, MANY)
        await give_positions(owner)
        await store.bus.wait_connected()
        await store.bus.ensure_stream()
        yield Filled(store, owner)


@asynccontextmanager
async def projecting(store: EventStore, *instances: Projection) -> AsyncIterator[Sequence[asyncio.Task[None]]]:
    """Both loops of a projection, once for each instance of the service."""
    source = Source(store.pool, store.bus, store.person_keys)
    tasks = [
        asyncio.create_task(loop(instance, source)) for instance in instances for loop in (keep_serving, keep_building)
    ]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, ServiceError):
                await task


async def test_the_first_build_takes_in_everything_and_goes_on_with_what_comes(filled: Filled) -> None:
    with pytest.raises(ServiceError, match="projection-not-ready"):
        await list_decisions(filled.store.pool, 2**53, 1, None)
    async with projecting(filled.store, DECISIONS):
        await filled.served(1)
        assert await filled.owner.fetchval("SELECT count(*) FROM decisions") == MANY
        await filled.store.append(decision("the last"))
        await filled.store.seal()

        async def is_listed() -> bool:
            rows, reached = await list_decisions(filled.store.pool, 2**53, 1, None)
            return b"the last" in rows[0]["item"] and reached == MANY + 1

        await eventually(is_listed)


async def test_two_instances_fill_one_build_and_take_over_once(filled: Filled) -> None:
    async with projecting(filled.store, DECISIONS, DECISIONS):
        await filled.served(1)
        before = await rows_hash(filled.owner, 1)
        assert await filled.ask_for_build() == 2
        await filled.served(2)
        assert await rows_hash(filled.owner, 2) == before
        assert await filled.builds() == [(1, "retired", 1), (2, "serving", 1)]
        assert [row["consumer"] for row in await filled.store.pool.fetch(_CHECKPOINTS)] == ["decisions#2"]


async def test_a_higher_version_is_built_anew_and_a_lower_one_touches_nothing_of_it(filled: Filled) -> None:
    async with projecting(filled.store, DECISIONS):
        await filled.served(1)
    newer = replace(DECISIONS, version=2)
    async with projecting(filled.store, newer):
        await filled.served(2)
    async with projecting(filled.store, DECISIONS, newer):
        await filled.store.append(decision("for both"))
        head = await filled.store.seal()

        async def is_listed() -> bool:
            return (await list_decisions(filled.store.pool, 2**53, 1, None))[1] == head

        await eventually(is_listed)
        assert await filled.builds() == [(1, "retired", 1), (2, "serving", 2)]


async def test_a_build_that_was_interrupted_goes_on_and_loses_and_repeats_nothing(filled: Filled) -> None:
    async with projecting(filled.store, DECISIONS):
        await filled.served(1)
    calls = 0

    async def fail_now_and_then(work: UnitOfWork, build: int, changes: Changes) -> None:
        nonlocal calls
        calls += 1
        await DECISIONS.handles[DecisionRecorded](work, build, changes)
        if build == 2 and calls % 3 == 0:
            raise asyncio.CancelledError

    mortal = replace(DECISIONS, handles={DecisionRecorded: fail_now_and_then})
    await filled.ask_for_build()
    while (await live_builds(filled.store.pool, DECISIONS.name)).building is not None:
        async with projecting(filled.store, mortal) as tasks:
            await asyncio.wait({tasks[1]}, timeout=2)
    async with projecting(filled.store, DECISIONS):
        await filled.served(2)
        before = await rows_hash(filled.owner, 2)
        await filled.ask_for_build()
        await filled.served(3)
        assert await rows_hash(filled.owner, 3) == before
        assert await filled.owner.fetchval("SELECT count(*) FROM decisions") == MANY


async def test_an_event_that_cannot_be_taken_in_is_parked_and_all_others_are_there(filled: Filled) -> None:
    async def fail_at_one(work: UnitOfWork, build: int, changes: Changes) -> None:
        if any(event.position == 7_777 for event, _ in changes):
            message = "poison"
            raise ValueError(message)
        await DECISIONS.handles[DecisionRecorded](work, build, changes)

    async with projecting(filled.store, replace(DECISIONS, handles={DecisionRecorded: fail_at_one})):
        await filled.served(1)
    assert await filled.owner.fetchval("SELECT count(*) FROM decisions") == MANY - 1
    parked = await filled.owner.fetch("SELECT consumer, position, reason FROM parked_events")
    assert [tuple(row) for row in parked] == [("decisions#1", 7_777, "ValueError('poison')")]
    await filled.owner.execute("UPDATE parked_events SET state = 'replaying'")
    async with projecting(filled.store, DECISIONS):

        async def is_whole() -> bool:
            return bool(await filled.owner.fetchval("SELECT count(*) FROM decisions") == MANY)

        await eventually(is_whole)


async def test_a_handler_with_an_effect_beyond_its_rows_is_refused(filled: Filled) -> None:
    async def append(work: UnitOfWork, _build: int, _changes: Changes) -> None:
        await work.append(a_stream(), "none", decision())

    async with projecting(filled.store, replace(DECISIONS, handles={DecisionRecorded: append})):

        async def is_parked() -> bool:
            return bool(await filled.owner.fetchval("SELECT count(*) FROM parked_events"))

        await eventually(is_parked, within=20)
    assert await filled.owner.fetchval("SELECT count(*) FROM events") == MANY


async def test_readers_see_a_whole_list_while_it_is_built_anew_under_writers(
    servers: Servers, territory: Territory
) -> None:
    """Through the HTTP app: no answer is an error, and no list shows less than one before it."""
    async with (
        event_store(servers, territory) as store,
        owner_of(servers, territory) as owner,
        record(servers, territory) as home,
    ):
        filled = Filled(store, owner)
        await fill(owner, MANY)

        async def is_sealed() -> bool:
            return await home.head() >= MANY

        await eventually(is_sealed, within=60)
        admin = await home.caller("admin")
        await filled.served(1)

        async def is_taken_in() -> bool:
            answer = await home.events.get("/decisions", params={"limit": 1})
            return int(answer.headers["x-position"]) == await home.head()

        await eventually(is_taken_in, within=60)
        stop = asyncio.Event()
        readers = [asyncio.create_task(_read_on(home, stop)) for _ in range(4)]
        writer = asyncio.create_task(_write_on(admin, stop))
        for build in (2, 3):
            answer = await _ask(home, admin)
            assert (answer.status_code, answer.json()["build"]) == (202, build)
            await filled.served(build)
        stop.set()
        written = await writer
        assert min(await asyncio.gather(*readers)) > 20

        async def is_whole() -> bool:
            count: int = await filled.owner.fetchval("SELECT count(*) FROM decisions WHERE build = 3")
            return count == MANY + written

        # What was written last may not be sealed yet, and no head tells of it.
        await eventually(is_whole)

        async def has_caught_up() -> bool:
            (serving,) = await _serving(admin)
            return (serving["name"], serving["build"], serving["version"], serving["lag"]) == ("decisions", 3, 1, 0)

        # What is asked of it leaves an audit event each time.
        await eventually(has_caught_up)
        before = await rows_hash(filled.owner, 3)
        await _ask(home, admin)
        await filled.served(4)
        assert await rows_hash(filled.owner, 4) == before
        recorded = await admin.pages("/events", type="event.projection.rebuilt")
        assert [(item["data"]["build"], item["actor"]) for item in recorded] == [
            (build, admin.account_id) for build in (2, 3, 4)
        ]


async def test_only_operators_see_and_rebuild_projections_and_only_those_there_are(home: Record, admin: Caller) -> None:
    auditor = await home.caller("auditor")
    assert (await auditor.get("/events/projections")).status_code == 403
    assert (await _ask(home, auditor)).status_code == 403
    answer = await _ask(home, admin, "unknown")
    assert (answer.status_code, answer.json()["code"]) == (404, "projection-not-found")


async def _ask(home: Record, caller: Caller, name: str = "decisions") -> httpx.Response:
    headers = {"Authorization": f"Bearer {caller.access_token}"}
    return await home.events.post(f"/events/projections/{name}/rebuild", headers=headers)


async def _serving(caller: Caller) -> list[Json]:
    items = (await caller.get("/events/projections")).json()["items"]
    return [item for item in items if item["state"] == "serving"]


async def _read_on(home: Record, stop: asyncio.Event) -> int:
    """Reads until stopped; each shows the oldest decision, and never fewer events than the read before."""
    reads = reached = 0
    while not stop.is_set():
        newest = await home.events.get("/decisions", params={"limit": 1})
        oldest = await home.events.get("/decisions", params={"q": "Decision 1", "limit": 100})
        assert (newest.status_code, oldest.status_code) == (200, 200), (newest.text, oldest.text)
        assert len(oldest.json()["items"]) == 100
        for answer in (newest, oldest):
            assert int(answer.headers["x-position"]) >= reached
            reached = int(answer.headers["x-position"])
        reads += 1
    return reads


async def _write_on(admin: Caller, stop: asyncio.Event) -> int:
    written = 0
    while not stop.is_set():
        answer = await admin.append(a_stream(), "written meanwhile")
        assert answer.status_code == 201, answer.text
        written += 1
    return written
