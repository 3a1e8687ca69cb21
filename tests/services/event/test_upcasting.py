"""Events of earlier versions of their type, read as the newest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Any, ClassVar
from uuid import UUID

import pytest
import pytest_asyncio
from pydantic import BaseModel
from sqlalchemy import bindparam, delete

from services.event.app import create_app
from services.event.settings import EventSettings
from shared.database.statements import compiled
from shared.events import catalogue
from shared.events.consumer import Consumer, Source, run_consumer
from shared.events.envelope import StoredEvent
from shared.events.event import PERSONAL, Earlier, Event
from shared.events.tables import person_keys
from shared.events.unit_of_work import UnitOfWork
from shared.events.upcasting import IncompleteCatalogue, require_complete
from shared.identifiers import new_id
from tests.services.event.record import Caller, Record
from tests.support.citizen import Json
from tests.support.event_store import EventStore, event_store
from tests.support.eventually import eventually
from tests.support.proofs import leaf_hash
from tests.support.servers import Servers

TYPE = "test.boat.named"
_FORGET = compiled(delete(person_keys).where(person_keys.c.person == bindparam("person")))


class BoatNamed1(Event):
    """As it was first written: one text for the owner's name."""

    type: ClassVar = TYPE
    category: ClassVar = "boat"
    person_field: ClassVar = "owner_id"

    owner_id: UUID
    name: str
    owner: Annotated[str, PERSONAL]


class BoatNamed2(Event):
    """The owner's name got another name."""

    type: ClassVar = TYPE
    schema_version: ClassVar = 2
    category: ClassVar = "boat"
    person_field: ClassVar = "owner_id"

    owner_id: UUID
    name: str
    owner_name: Annotated[str, PERSONAL]


def to_second(data: dict[str, Any]) -> dict[str, Any]:
    return {"owner_id": data["owner_id"], "name": data["name"], "owner_name": data["owner"]}


def to_third(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "names": [data["name"]], "oars": 2} | {"name": data["name"].upper()}


class BoatNamed(Event):
    """As it is now."""

    type: ClassVar = TYPE
    schema_version: ClassVar = 3
    category: ClassVar = "boat"
    person_field: ClassVar = "owner_id"
    earlier: ClassVar = {1: Earlier(BoatNamed1, to_second), 2: Earlier(BoatNamed2, to_third)}

    owner_id: UUID
    name: str
    owner_name: Annotated[str, PERSONAL]
    names: tuple[str, ...]
    oars: int


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogue.EVENTS, TYPE, BoatNamed)


@pytest_asyncio.fixture
async def store(servers: Servers, home: Record) -> AsyncIterator[EventStore]:
    """Beside the service of the same territory."""
    async with event_store(servers, home.territory) as running:
        yield running


async def boats(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> tuple[UUID, str]:
    """A stream with one event of each version, each written by the code of its day."""
    owner = new_id()
    stream = f"boat-{new_id()}"
    written = (
        BoatNamed1(owner_id=owner, name="eins", owner="Anna"),
        BoatNamed2(owner_id=owner, name="zwei", owner_name="Bent"),
        BoatNamed(owner_id=owner, name="drei", owner_name="Carl", names=("drei",), oars=4),
    )
    for event in written:
        with monkeypatch.context() as then:
            then.setitem(catalogue.EVENTS, TYPE, type(event))
            await store.append(event, stream=stream)
    return owner, stream


class TestReads:
    async def test_the_default_is_what_was_hashed(
        self, monkeypatch: pytest.MonkeyPatch, home: Record, store: EventStore, admin: Caller
    ) -> None:
        _, stream = await boats(store, monkeypatch)
        events = await admin.pages(f"/events/streams/{stream}")
        assert [event["schema_version"] for event in events] == [1, 2, 3]
        assert [sorted(event["data"]) for event in events[:2]] == [
            ["name", "owner", "owner_id"],
            ["name", "owner_id", "owner_name"],
        ]
        for event in events:
            sealed = await home.sealed(event["id"], admin)
            proof = await home.events.get(f"/events/{sealed['position']}/proof")
            assert proof.json()["leaf_hash"] == leaf_hash(sealed).hex()

    async def test_the_newest_version_is_given_on_demand_on_every_read(
        self, monkeypatch: pytest.MonkeyPatch, home: Record, store: EventStore, admin: Caller
    ) -> None:
        _, stream = await boats(store, monkeypatch)
        stored = await admin.pages(f"/events/streams/{stream}")
        last = await home.sealed(stored[-1]["id"], admin)
        newest = await admin.pages(f"/events/streams/{stream}", schema="latest")
        assert [event["schema_version"] for event in newest] == [3, 3, 3]
        assert [event["data"]["name"] for event in newest] == ["EINS", "ZWEI", "drei"]
        assert [event["data"]["names"] for event in newest] == [["eins"], ["zwei"], ["drei"]]
        # What is personal stands as it is stored, under its new name.
        assert newest[0]["data"]["owner_name"] == stored[0]["data"]["owner"]
        one = await admin.get(f"/events/by-id/{stored[0]['id']}", schema="latest")
        all_of_them = await admin.pages("/events", schema="latest", type=TYPE, after=last["position"] - 3)
        assert one.json()["data"] == newest[0]["data"]
        assert [event["data"] for event in all_of_them] == [event["data"] for event in newest]

    async def test_it_goes_with_revealing_and_erasing(
        self, monkeypatch: pytest.MonkeyPatch, home: Record, store: EventStore, admin: Caller
    ) -> None:
        owner, stream = await boats(store, monkeypatch)
        path = f"/events/streams/{stream}"
        shown = await admin.pages(path, schema="latest", reveal="true")
        assert [event["data"]["owner_name"] for event in shown] == ["Anna", "Bent", "Carl"]
        as_written = await admin.pages(path, reveal="true")
        assert as_written[0]["data"]["owner"] == "Anna"
        await home.pool.execute(_FORGET, person=owner)
        gone = await admin.pages(path, schema="latest", reveal="true")
        assert [event["data"]["owner_name"] for event in gone] == [None, None, None]
        assert all(event["erased"] for event in gone)

    async def test_a_state_is_folded_from_the_newest_versions(
        self, monkeypatch: pytest.MonkeyPatch, home: Record, store: EventStore, admin: Caller
    ) -> None:
        owner, stream = await boats(store, monkeypatch)

        async def state(**query: str | int) -> Json:
            answer = await admin.get(f"/events/streams/{stream}/state", **query)
            assert answer.status_code == 200, answer.text
            return answer.json()

        newest = await admin.pages(f"/events/streams/{stream}", schema="latest")
        for version in (1, 2, 3):
            assert (await state(version=version))["state"] == newest[version - 1]["data"]
        first = await state(version=1, reveal="true")
        assert (first["state"]["owner_name"], first["state"]["name"], first["erased"]) == ("Anna", "EINS", [])
        await home.pool.execute(_FORGET, person=owner)
        gone = await state(version=1, reveal="true")
        assert (gone["state"]["owner_name"], gone["erased"]) == (None, ["owner_name"])

    async def test_the_catalogue_has_the_schema_of_each_version(self, home: Record) -> None:
        described = (await home.events.get(f"/events/catalogue/{TYPE}")).json()
        assert (described["schema_version"], list(described["schemas"])) == (3, ["1", "2", "3"])
        assert [sorted(schema["properties"]) for schema in described["schemas"].values()] == [
            ["name", "owner", "owner_id"],
            ["name", "owner_id", "owner_name"],
            ["name", "names", "oars", "owner_id", "owner_name"],
        ]


class TestConsumers:
    async def test_they_get_the_newest_class_of_every_version(
        self, monkeypatch: pytest.MonkeyPatch, store: EventStore, home: Record
    ) -> None:
        owner, stream = await boats(store, monkeypatch)
        got = await _handled(store, stream, 3)
        assert [(boat.name, boat.owner_name, boat.oars) for boat in got] == [
            ("EINS", "Anna", 2),
            ("ZWEI", "Bent", 2),
            ("drei", "Carl", 4),
        ]
        await home.pool.execute(_FORGET, person=owner)
        again = await _handled(store, stream, 3)
        assert [boat.owner_name for boat in again] == [None, None, None]


class TestCompleteness:
    def test_the_catalogue_can_read_every_version_of_every_type(self) -> None:
        require_complete(catalogue.EVENTS.values())

    @pytest.mark.parametrize(
        ("known", "missing"),
        [({}, "1, 2"), ({1: BoatNamed.earlier[1]}, "2"), ({2: BoatNamed.earlier[2]}, "1")],
    )
    def test_a_missing_link_is_named(self, known: dict[int, Earlier], missing: str) -> None:
        broken = type("Broken", (BoatNamed,), {"earlier": known})
        with pytest.raises(IncompleteCatalogue, match=f"{TYPE}: no upcaster from version {missing}$"):
            require_complete([broken])
        with pytest.raises(IncompleteCatalogue):
            Consumer("reader", {broken: _ignore})

    def test_one_too_many_is_named(self) -> None:
        broken = type("Broken", (BoatNamed,), {"earlier": {**BoatNamed.earlier, 3: Earlier(BaseModel, dict)}})
        with pytest.raises(IncompleteCatalogue, match="from version 3, but the newest is 3"):
            require_complete([broken])

    async def test_no_service_starts_with_one(
        self, monkeypatch: pytest.MonkeyPatch, servers: Servers, home: Record
    ) -> None:
        monkeypatch.setitem(catalogue.EVENTS, TYPE, type("Broken", (BoatNamed,), {"earlier": {}}))
        with pytest.raises(IncompleteCatalogue, match=TYPE):
            create_app(servers.settings(EventSettings, home.territory))


async def _ignore(_: UnitOfWork, __: StoredEvent, ___: object) -> None:
    """Nothing to do."""


async def _handled(store: EventStore, stream: str, count: int) -> list[BoatNamed]:
    """What a new consumer is given of a stream."""
    got: dict[int, BoatNamed] = {}

    async def handle(_: UnitOfWork, event: StoredEvent, payload: BoatNamed) -> None:
        if event.stream == stream:
            got[event.version] = payload

    consumer = Consumer(f"reader-{new_id()}", {BoatNamed: handle})
    running = asyncio.create_task(run_consumer(consumer, Source(store.pool, store.bus, store.person_keys)))
    try:
        await eventually(lambda: len(got) == count)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    return [got[version] for version in sorted(got)]
