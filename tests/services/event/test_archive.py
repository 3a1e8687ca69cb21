"""Old events whose data was moved into blocks: read as ever, proved as ever, whatever happened while it moved."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import pytest_asyncio

from ops.retention.archiving import DamagedRecord, archive
from ops.verification.checking import Check
from services.event.app import create_app
from services.event.proofs.tree_head import TreeHeadSigner
from services.event.settings import EventSettings
from shared.clock import utc_now
from shared.database.connection import set_codecs
from shared.errors import ServiceError
from shared.events.archive import BLOCK
from shared.events.catalogue.event import DecisionRecorded
from shared.events.catalogue.user import ProfileCreated
from shared.events.consumer import Consumer, Source, run_consumer
from shared.events.envelope import StoredEvent
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import new_id
from shared.settings.secrets import Secret
from shared.territory.territory import Territory
from tests.services.event.record import Caller, Record, a_stream, record
from tests.support.citizen import Json
from tests.support.event_source import event_source
from tests.support.event_store import EventStore, event_store
from tests.support.eventually import eventually
from tests.support.projected import owner_of
from tests.support.served import served
from tests.support.servers import Servers

VERIFIER = Path(__file__).parents[3] / "verifier" / "unityplan_verify.py"
BLOCKS = 2
TITLES = 5
SEQ_OF = "(SELECT seq FROM seals WHERE position = $1)"


@dataclass(frozen=True, slots=True)
class Old:
    """A record of more than two blocks behind real HTTP, its reader, and its owner's connection."""

    place: Record
    store: EventStore
    reader: Caller
    owner: asyncpg.Connection
    signer: TreeHeadSigner
    stream: str
    person: str

    async def archive(self, most_blocks: int | None = None) -> int:
        return (await archive(self.owner, utc_now(), most_blocks)).events

    async def archived(self) -> int:
        """Events without data in their row."""
        return int(await self.owner.fetchval("SELECT count(*) FROM events WHERE data IS NULL"))

    async def is_whole(self) -> bool:
        report = await Check(self.store.database_url, self.place.territory.code, [self.signer.public_key], ()).run()
        return not report.faults

    async def read(self, path: str, **query: str | int) -> Any:  # noqa: ANN401 (any answer)
        answer = await self.reader.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json() if "json" in answer.headers["content-type"] else answer.text


@pytest_asyncio.fixture(scope="module")
async def old(servers: Servers) -> AsyncIterator[Old]:
    territory = await servers.new_territory()
    settings = servers.settings(EventSettings, territory)
    async with (
        record(servers, territory) as place,
        event_store(servers, territory) as store,
        owner_of(servers, territory) as owner,
        served(create_app(settings)) as url,
        httpx.AsyncClient(base_url=url, headers={"X-Territory-ID": territory.code}, timeout=40) as http,
    ):
        await set_codecs(owner)
        reader = replace(await place.caller("admin"), events=http)
        stream, person = a_stream(), new_id()
        profile = ProfileCreated(account_id=person, username="anna", display_name="Anna Ærø")
        await store.append(*(decision_of(n) for n in range(TITLES)), stream=stream)
        await store.append(profile, stream=f"profile-{person}")
        await store.append(*(decision_of(n) for n in range(BLOCKS * BLOCK + 50)))
        await eventually(lambda: _is_long(place), within=30)
        secret = Secret(servers.secrets.read("tree_head_secret"))
        old = Old(place, store, reader, owner, TreeHeadSigner(secret, territory), stream, str(person))
        await eventually(lambda: _is_projected(old), within=30)
        yield old


def decision_of(number: int) -> DecisionRecorded:
    return DecisionRecorded(title=f"beech {number} ¢ € 😀", outcome="yes", reference=None)


async def _is_long(place: Record) -> bool:
    return await place.head() > BLOCKS * BLOCK + 20


async def _is_projected(old: Old) -> bool:
    newest = (await old.read("/decisions", limit=1))["items"]
    return [decision["title"] for decision in newest] == [decision_of(BLOCKS * BLOCK + 49).title]


Reads = dict[str, Callable[[Old], Awaitable[Any]]]


async def _all(old: Old) -> Json:
    return await old.reader.pages("/events", limit=100, to=BEFORE)


async def _messages(old: Old) -> Json:
    async with event_source(old.reader.events, "/events?after=0&limit=50", old.reader.access_token) as source:
        return [(message.id, message.data) for message in await source.take(120)]


async def _bundle(old: Old) -> Json:
    bundle = await old.read("/events/bundle", **{"from": 1, "to": 900})
    return _events_of(bundle)


async def _bundle_of_stream(old: Old) -> Json:
    return _events_of(await old.read("/events/bundle", stream=old.stream))


def _events_of(bundle: Json) -> Json:
    """Paths lead to the newest head, which moves."""
    return [(item["position"], item["event"], item["leaf_hash"]) for item in bundle["events"]]


BEFORE = "2100-01-01T00:00:00Z"
READS: Reads = {
    "all by position": lambda old: old.reader.pages("/events", limit=100, type="event.decision.recorded"),
    "all of a category, revealed": lambda old: old.read("/events", category="profile", reveal="true"),
    "all of an actor": lambda old: old.read("/events", actor="system", limit=100, to=BEFORE),
    "a stream": lambda old: old.read(f"/events/streams/{old.stream}"),
    "a stream backwards": lambda old: old.read(f"/events/streams/{old.stream}", direction="backward"),
    "personal fields": lambda old: old.read(f"/events/streams/profile-{old.person}", reveal="true"),
    "personal fields as hashed": lambda old: old.read(f"/events/streams/profile-{old.person}"),
    "the state of a stream": lambda old: old.read(f"/events/streams/{old.stream}/state"),
    "the state at a version": lambda old: old.read(f"/events/streams/{old.stream}/state", version=3),
    "server-sent events": _messages,
    "a bundle": _bundle,
    "a bundle of a stream": _bundle_of_stream,
    "the audit list": lambda old: old.reader.pages("/audit", type="event.decision.recorded", limit=100),
    "decisions": lambda old: old.reader.pages("/decisions", limit=100),
}


async def read_everything(old: Old) -> dict[str, Any]:
    return {name: await read(old) for name, read in READS.items()}


async def test_what_is_archived_reads_and_proves_as_it_did(servers: Servers, old: Old, tmp_path: Path) -> None:
    """All of this file's moving happens here, so that nothing depends on the order of tests."""
    nothing = await archive(old.owner, utc_now() - timedelta(days=1))
    assert (nothing.events, nothing.blocks, await old.archived()) == (0, 0, 0)
    before = await read_everything(old)
    assert all(before.values())
    assert await old.archive(most_blocks=1) == BLOCK
    await _is_ended_in_the_middle(servers, old)
    assert await old.archived() == BLOCK
    assert await old.is_whole()
    assert await old.archive() == BLOCK
    assert await old.archive() == 0
    assert await old.archived() == BLOCKS * BLOCK
    compacted = await archive(old.owner, utc_now(), is_compacted=True)
    assert (compacted.events, sum(compacted.sizes_after) < sum(compacted.sizes_before)) == (0, True)

    await old.owner.execute("DELETE FROM stream_snapshots")
    after = await read_everything(old)
    for name in READS:
        assert after[name] == before[name], name
    assert await old.is_whole()
    _verify(tmp_path, await old.read("/events/bundle", stream=old.stream))
    _verify(tmp_path, await old.read("/events/bundle", **{"from": 500, "to": 1_400}))
    await _is_known_again(old)
    await _is_read_by_a_new_consumer(old)
    await _is_rebuilt_the_same(old)
    await _names_what_is_damaged(old)


async def _is_ended_in_the_middle(servers: Servers, old: Old) -> None:
    """The archiver is killed once its block is written and its rows are not emptied yet."""
    async with owner_of(servers, old.place.territory) as killed:
        await set_codecs(killed)
        pid = killed.get_server_pid()
        async with old.owner.transaction():
            await old.owner.execute("LOCK TABLE events IN SHARE MODE")
            archiving = asyncio.create_task(archive(killed, utc_now(), most_blocks=1))

            async def waits() -> bool:
                return bool(await old.owner.fetchval("SELECT cardinality(pg_blocking_pids($1)) > 0", pid))

            await eventually(waits)
            await old.owner.execute("SELECT pg_terminate_backend($1)", pid)
            with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
                await archiving


def _verify(folder: Path, bundle: Json) -> None:
    file = folder / "bundle.json"
    file.write_text(json.dumps(bundle))
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(file), "--key", bundle["keys"][0]["public_key"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 (our own file)
    assert done.returncode == 0, done.stdout


async def _is_read_by_a_new_consumer(old: Old) -> None:
    seen: list[int] = []
    names: list[str | None] = []

    async def note(_work: UnitOfWork, event: StoredEvent, payload: DecisionRecorded) -> None:
        assert payload.title.startswith("beech")
        seen.append(event.position)

    async def name(_work: UnitOfWork, _event: StoredEvent, payload: ProfileCreated) -> None:
        names.append(payload.display_name)

    consumer = Consumer(f"late-{new_id()}", {DecisionRecorded: note, ProfileCreated: name})
    running = asyncio.create_task(run_consumer(consumer, Source(old.store.pool, old.store.bus, old.store.person_keys)))
    try:
        await eventually(lambda: len(set(seen)) == BLOCKS * BLOCK + 50 + TITLES, within=30)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert seen == sorted(seen)
    assert "Anna Ærø" in names


async def _is_rebuilt_the_same(old: Old) -> None:
    before = await old.reader.pages("/decisions", limit=100)
    answer = await old.reader.ask("POST", "/events/projections/decisions/rebuild")
    assert answer.status_code in {200, 201, 202}, answer.text

    async def is_served() -> bool:
        return bool(
            await old.owner.fetchval("SELECT count(*) = 1 AND max(build) > 1 FROM projections WHERE state = 'serving'")
            and await old.owner.fetchval("SELECT count(*) = 0 FROM projections WHERE state = 'building'")
        )

    await eventually(is_served, within=30)
    assert await old.reader.pages("/decisions", limit=100) == before


async def _is_known_again(old: Old) -> None:
    """Who appends it once more, by its id, is answered as then; with another text it is a conflict."""
    first = (await old.read(f"/events/streams/{old.stream}", limit=1))["items"][0]

    async def append(event: DecisionRecorded) -> int:
        async with old.store.work() as work:
            return (await work.append(old.stream, "any", event, event_id=UUID(first["id"]))).version

    assert await append(decision_of(0)) == 1
    with pytest.raises(ServiceError, match="event-id-conflict"):
        await append(decision_of(1))


async def _names_what_is_damaged(old: Old) -> None:
    kept = await old.owner.fetchval("SELECT body FROM archived_blocks WHERE first_position = 1")
    await old.owner.execute("UPDATE archived_blocks SET body = 'x' WHERE first_position = 1")
    try:
        answer = await old.reader.get(f"/events/streams/{old.stream}")
        assert (answer.status_code, answer.json()["code"]) == (500, "archive-damaged")
        assert "1 to 1000" in answer.json()["detail"]
        assert (await old.reader.get("/events", after=BLOCK, limit=10)).status_code == 200
        assert not await old.is_whole()
    finally:
        await old.owner.execute("UPDATE archived_blocks SET body = $1 WHERE first_position = 1", kept)
    assert await old.is_whole()


async def test_an_event_that_is_not_what_was_sealed_is_not_moved_and_is_named(
    servers: Servers, territory: Territory
) -> None:
    async with record(servers, territory) as place, event_store(servers, territory) as store:
        await store.append(*(decision_of(n) for n in range(BLOCK + 10)))

        async def is_long() -> bool:
            return await place.head() > BLOCK

        await eventually(is_long, within=30)
        async with owner_of(servers, territory) as owner:
            await set_codecs(owner)
            tampered = f"""UPDATE events SET data = data || '{{"more": 1}}' WHERE seq = {SEQ_OF}"""  # noqa: S608 (ours)
            await owner.execute(tampered, 700)
            with pytest.raises(DamagedRecord, match="700"):
                await archive(owner, utc_now())
            assert await owner.fetchval("SELECT count(*) FROM events WHERE data IS NULL") == 0
            assert await owner.fetchval("SELECT count(*) FROM archived_blocks") == 0
