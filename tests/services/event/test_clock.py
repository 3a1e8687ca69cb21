"""Clocks that jump: order, positions and proofs come from the store alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy import func, select
from typing_extensions import override

from ops.verification.checking import Check
from services.event.app import create_app
from services.event.settings import EventSettings
from shared import clock
from shared.database.statements import compiled
from shared.events import store
from shared.events.tables import events as events_table
from shared.identifiers import Position
from shared.territory.territory import Territory
from tests.services.event.record import a_stream, record
from tests.support.event_process import public_key
from tests.support.event_store import EventStore, decision, event_store
from tests.support.eventually import eventually
from tests.support.servers import Servers

_COUNT = compiled(select(func.count()).select_from(events_table))
# Back by a step of NTP, by summer time, by years; and forth again.
JUMPS = (-0.5, -3600.0, 86_400.0, -10 * 365 * 86_400.0, 0.0, -60.0)


class Jumping(datetime):
    """The machine's clock, set wrong by so many seconds."""

    off = 0.0

    @classmethod
    @override
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain one
        return datetime.now(tz) + timedelta(seconds=cls.off)


@pytest.fixture
def wall_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Jumping]]:
    monkeypatch.setattr(clock, "datetime", Jumping)
    yield Jumping
    Jumping.off = 0.0


async def test_positions_versions_and_proofs_stand_when_the_clock_jumps(
    servers: Servers, territory: Territory, wall_clock: type[Jumping]
) -> None:
    async with record(servers, territory) as home, event_store(servers, territory) as beside:
        admin = await home.caller("admin")
        stream = a_stream()
        sizes = []
        for number, jump in enumerate(JUMPS, 1):
            wall_clock.off = jump
            assert (await admin.append(stream, f"over HTTP {number}")).json()["last_version"] == 2 * number - 1
            await beside.append(decision(f"beside state {number}"), stream=stream)
            await eventually(partial(_all_sealed, beside))
            head = (await home.events.get("/events/head")).json()
            sizes.append(head["tree_size"])
        events = [event for event in await store.read_after(beside.pool, Position(0), 1000) if event.stream == stream]
        assert [event.version for event in events] == list(range(1, 2 * len(JUMPS) + 1))
        assert all(later.position > earlier.position for earlier, later in pairwise(events))
        assert any(later.occurred_at < earlier.occurred_at for earlier, later in pairwise(events)), "no clock jumped"
        assert sizes == sorted(set(sizes))
        report = await Check(beside.database_url, territory.code, [public_key(servers, territory)]).run()
        assert not report.faults, report.faults


async def test_a_new_sealer_with_a_clock_of_last_year_goes_on_where_the_last_one_was(
    servers: Servers, territory: Territory, wall_clock: type[Jumping]
) -> None:
    async with event_store(servers, territory) as beside:
        for jump in (0.0, -365 * 86_400.0, 1.0):
            wall_clock.off = jump
            async with servers.running(EventSettings, create_app, territory):
                head = await store.head(beside.pool)
                await beside.append(decision(), decision())
                await eventually(partial(_is_published, beside, head + 2))
        events = await store.read_after(beside.pool, Position(0), 100)
        assert [event.position for event in events] == list(range(1, 7))


async def _all_sealed(beside: EventStore) -> bool:
    return await store.head(beside.pool) == int(await beside.pool.fetch_value(_COUNT))


async def _is_published(beside: EventStore, position: int) -> bool:
    last = await beside.bus.last_message()
    return last is not None and last.position >= position
