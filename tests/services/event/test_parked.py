"""Parked events: looked at, handled again once the fault is gone, or given up."""

import itertools
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest_asyncio
from sqlalchemy import func, select

from shared.database.statements import compiled
from shared.events import store as stored
from shared.events.tables import checkpoints, events, parked_events
from shared.observability.metrics import PARKED_EVENTS
from shared.territory.territory import Territory
from tests.services.event.record import Caller, Record, record
from tests.support.citizen import Json
from tests.support.event_store import EventStore, decision, event_store
from tests.support.eventually import eventually
from tests.support.poison import FaultyHandler, append_unreadable, effects, reading
from tests.support.servers import Servers

_REACHED = compiled(select(checkpoints.c.position).where(checkpoints.c.consumer == "reader"))
_PARKED = compiled(select(func.count()).select_from(parked_events).where(parked_events.c.consumer == "reader"))
_LAST = compiled(select(func.count()).select_from(events))


@dataclass(frozen=True, slots=True)
class Desk:
    """An operator before the consumer `reader` of a territory."""

    home: Record
    operator: Caller
    store: EventStore

    async def request(self, method: str, path: str = "") -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.operator.access_token}"}
        return await self.home.events.request(method, f"/events/parked/reader{path}", headers=headers)

    async def parked(self) -> int:
        return int(await self.store.pool.fetch_value(_PARKED))

    async def read_all(self) -> None:
        """Return once the consumer has passed every event of now."""
        last = int(await self.store.pool.fetch_value(_LAST))

        async def is_done() -> bool:
            reached: int = await self.store.pool.fetch_value(_REACHED) or 0
            return await stored.head(self.store.pool) >= last and reached >= last

        await eventually(is_done, within=60)

    async def emptied(self) -> None:
        async def is_empty() -> bool:
            return await self.parked() == 0

        await eventually(is_empty, within=30)


@pytest_asyncio.fixture
async def desk(servers: Servers, territory: Territory) -> AsyncIterator[Desk]:
    async with record(servers, territory) as home, event_store(servers, territory) as store:
        await store.bus.wait_connected()
        yield Desk(home, await home.caller("admin"), store)


async def test_one_percent_of_poison_delays_others_less_than_five_seconds_and_is_healed(desk: Desk) -> None:
    handler = FaultyHandler()
    poison = ["raise 0", "hang 0", "raise 1", "hang 1", "raise 2", "raise 3"]
    for hundred in range(10):
        await desk.store.append(*(decision(f"good {hundred:02} {number:02}") for number in range(99)))
        if hundred < len(poison):
            await desk.store.append(decision(poison[hundred]))
        else:
            bad = {"outcome": "yes"} if hundred % 2 else {"title": f"more {hundred}", "outcome": "yes", "unknown": 1}
            await append_unreadable(desk.store, bad)
    async with reading(desk.store, handler.consumer):
        await desk.read_all()
    assert max(later - earlier for earlier, later in itertools.pairwise(handler.handled)) < 5
    found = await effects(desk.store)
    assert len(found) == len(set(found)) == 990
    assert all(title.startswith("good") for title in found)

    parked = await desk.operator.pages("/events/parked", consumer="reader", limit=3)
    assert [item["attempts"] for item in parked] == [5] * 10
    assert Counter(item["reason"] for item in parked) == {
        "ValueError('poison')": 4,
        "TimeoutError()": 2,
        "/title: Field required": 2,
        "/unknown: Extra inputs are not permitted": 2,
    }
    assert PARKED_EVENTS.labels("reader", desk.store.territory.code)._value.get() == 10  # noqa: SLF001 (no public reading)

    handler.is_repaired = True
    # Two instances of the consumer side by side replay each event once.
    async with reading(desk.store, handler.consumer, handler.consumer):
        answer = await desk.request("POST", "/replay")
        assert (answer.status_code, answer.json()) == (202, {"taken": 10, "left": 0})
        await desk.emptied()
        healed = sorted({*await effects(desk.store)} - {*found})
        assert len(healed) == 9
        assert len(await effects(desk.store)) == 1000

        def is_counted() -> bool:
            return bool(PARKED_EVENTS.labels("reader", desk.store.territory.code)._value.get() == 0)  # noqa: SLF001 (no public reading)

        await eventually(is_counted)
    replayed = await desk.operator.pages("/events", type="event.parked_event.replayed", limit=100)
    assert sorted(item["data"]["position"] for item in replayed) == sorted(item["position"] for item in parked)
    assert {item["actor"] for item in replayed} == {f"{desk.operator.account_id}"}


async def test_one_event_is_looked_at_and_handled_again_within_a_second(desk: Desk) -> None:
    handler = FaultyHandler()
    await desk.store.append(decision("raise"))
    async with reading(desk.store, handler.consumer):
        await desk.read_all()
        (row,) = (await desk.operator.get("/events/parked", consumer="reader")).json()["items"]
        shown = (await desk.request("GET", f"/{row['position']}")).json()
        assert shown["event"]["data"]["title"] == "raise"
        assert shown["event"]["id"] == row["event_id"]
        assert (shown["reason"], shown["attempts"], shown["state"]) == ("ValueError('poison')", 5, "parked")
        handler.is_repaired = True

        async def is_empty() -> bool:
            return await desk.parked() == 0

        assert (await desk.request("POST", f"/{row['position']}/replay")).status_code == 202
        await eventually(is_empty, within=1)
    assert await effects(desk.store) == ["raise"]


async def test_what_fails_again_is_parked_again_with_one_attempt_more(desk: Desk) -> None:
    handler = FaultyHandler()
    await desk.store.append(decision("raise"))
    async with reading(desk.store, handler.consumer):
        await desk.read_all()
        (row,) = (await desk.operator.get("/events/parked", consumer="reader")).json()["items"]
        path = f"/{row['position']}"
        await desk.request("POST", f"{path}/replay")

        async def again() -> Json:
            shown = (await desk.request("GET", path)).json()
            return shown if shown["attempts"] == 6 and shown["state"] == "parked" else None

        shown = await eventually(again)
        assert shown["requested_at"] is None
        assert shown["parked_at"] > row["parked_at"]
    assert await effects(desk.store) == []


async def test_discarding_removes_and_twice_is_harmless(desk: Desk) -> None:
    handler = FaultyHandler()
    await desk.store.append(decision("raise a"), decision("raise b"), decision("raise c"))
    async with reading(desk.store, handler.consumer):
        await desk.read_all()
    first = (await desk.operator.get("/events/parked", consumer="reader")).json()["items"][0]
    path = f"/{first['position']}"
    assert (await desk.request("DELETE", path)).status_code == 204
    assert (await desk.request("DELETE", path)).json()["code"] == "parked-event-not-found"
    assert (await desk.request("DELETE")).json() == {"taken": 2, "left": 0}
    assert (await desk.request("DELETE")).json() == {"taken": 0, "left": 0}
    assert await desk.parked() == 0

    async def recorded() -> bool:
        return len(await desk.operator.pages("/events", type="event.parked_event.discarded")) == 3

    await eventually(recorded)
    handler.is_repaired = True
    async with reading(desk.store, handler.consumer):
        await desk.request("POST", "/replay")
        await desk.store.append(decision("later"))
        await desk.read_all()
    assert await effects(desk.store) == ["later"]


async def test_asking_twice_handles_once_and_is_recorded_once(desk: Desk) -> None:
    handler = FaultyHandler()
    await desk.store.append(decision("raise"))
    async with reading(desk.store, handler.consumer):
        await desk.read_all()
    (row,) = (await desk.operator.get("/events/parked", consumer="reader")).json()["items"]
    for _ in range(2):
        assert (await desk.request("POST", f"/{row['position']}/replay")).status_code == 202
    handler.is_repaired = True
    async with reading(desk.store, handler.consumer, handler.consumer):
        await desk.emptied()
        await desk.read_all()
    assert await effects(desk.store) == ["raise"]
    assert len(await desk.operator.pages("/events", type="event.parked_event.replayed")) == 1


async def test_what_is_not_parked_is_not_found_and_only_operators_may_look(desk: Desk) -> None:
    for method, path in (("GET", "/7"), ("POST", "/7/replay"), ("DELETE", "/7")):
        answer = await desk.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "parked-event-not-found")
    auditor = await desk.home.caller("auditor")
    assert (await auditor.get("/events/parked")).status_code == 403
    assert (await desk.home.events.get("/events/parked")).status_code == 401
    for path in (f"/{2**53}", "/0", "/x"):
        assert (await desk.request("GET", path)).status_code == 422
    assert (await desk.operator.get("/events/parked", cursor=uuid4().hex)).status_code == 422
