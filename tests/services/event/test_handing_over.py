"""What was written here is sealed without being read back, and its leaf is the one that the table gives."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from services.event.sealing.sealer import Sealer
from shared.clock import utc_now
from shared.events import store, written
from shared.events.canonical import canonical_bytes
from shared.events.catalogue.event import DecisionRecorded
from shared.events.envelope import leaf_hash
from shared.events.group_append import Entry, GroupAppender, new_event_id
from shared.events.written import WrittenEvents
from shared.identifiers import SYSTEM, Position, new_id
from shared.territory.territory import Territory
from tests.support.event_store import EventStore, decision, event_store
from tests.support.servers import Servers

# Numbers, texts and names about which encoders disagree.
OBJECTS: Sequence[dict[str, Any]] = (
    {"title": "plain", "outcome": "yes", "reference": None},
    {"é": "é \u2028 \U0001f600", "e": "\t\"\\/<&'\x7f", "\ue000": [], "\U0001f600": {}},
    {"numbers": [0, -0.0, 1.0, 1.5, 1e-7, 5e-324, 0.1, 2**53 - 1, -(2**53) + 1, 123456789.125], "flags": [True, False]},
    {"nested": [[[{"b": [], "a": {"c": None}}]]], "": ""},
)


@dataclass(frozen=True, slots=True)
class House:
    """A store with a writer, and a sealer that is handed what was written while that is wanted."""

    record: EventStore
    kept: WrittenEvents
    sealer: Sealer
    appender: GroupAppender

    async def append(self, data: dict[str, Any]) -> UUID:
        (appended,) = await self.appender.append(f"decision-{new_id()}", "none", [entry(data)])
        return appended.id


@asynccontextmanager
async def house(servers: Servers, territory: Territory) -> AsyncIterator[House]:
    async with event_store(servers, territory) as record, record.sealer.acquire() as connection:
        kept = WrittenEvents()
        sealer = Sealer(connection, territory.code, written=kept)
        await sealer.begin()
        appender = GroupAppender(record.pool, lambda: None, kept)
        lane = asyncio.create_task(appender.run())
        try:
            yield House(record, kept, sealer, appender)
        finally:
            lane.cancel()
            await asyncio.wait([lane])


def entry(data: dict[str, Any]) -> Entry:
    metadata = canonical_bytes({"request_id": str(new_id())})
    return Entry(new_event_id(), DecisionRecorded.type, 1, SYSTEM, utc_now(), canonical_bytes(data), metadata)


async def sealed_leaves(record: EventStore) -> list[bytes]:
    async with record.pool.acquire() as connection:
        rows = await connection._driver.fetch("SELECT leaf_hash FROM seals ORDER BY position")  # noqa: SLF001 (a look past the library)
    return [row["leaf_hash"] for row in rows]


async def leaves_by_the_table(record: EventStore) -> list[bytes]:
    return [leaf_hash(event.leaf_bytes()) for event in await store.read_after(record.pool, Position(0), 10_000)]


async def test_leaves_handed_over_are_those_that_the_table_gives(servers: Servers, territory: Territory) -> None:
    async with house(servers, territory) as h:
        h.kept.is_wanted = True
        for _ in range(50):
            await asyncio.gather(*map(h.append, OBJECTS))
            # Some are written by others, and have to be read.
            await h.record.append(decision())
            assert await h.sealer.seal() == len(OBJECTS) + 1
        assert await sealed_leaves(h.record) == await leaves_by_the_table(h.record)


async def test_what_was_committed_stands_in_the_leaf_even_if_the_row_is_changed_before_it_is_sealed(
    servers: Servers, territory: Territory
) -> None:
    async with house(servers, territory) as h:
        h.kept.is_wanted = True
        await h.append({"title": "a", "outcome": "no"})
        superuser = await servers.postgres.connect_to(territory.database)
        await superuser.execute(
            f"""UPDATE {territory.schema}.events SET data = jsonb_set(data, '{{outcome}}', '"yes"')"""  # noqa: S608 (a territory's own schema)
        )
        await superuser.close()
        await h.sealer.seal()
        assert await sealed_leaves(h.record) != await leaves_by_the_table(h.record)


async def test_nothing_is_kept_where_nobody_seals_nor_too_much_where_somebody_does(
    servers: Servers, territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written, "MOST_KEPT", 3)
    async with house(servers, territory) as h:
        assert h.kept.take(await h.append(OBJECTS[0])) is None
        h.kept.is_wanted = True
        ids = [await h.append(OBJECTS[0]) for _ in range(5)]
        assert [h.kept.take(event_id) is not None for event_id in ids] == [False, False, False, False, True]
        assert h.kept.take(ids[-1]) is None
        await h.append(OBJECTS[0])
        h.kept.is_wanted = False
        assert await h.sealer.seal() == 7
        assert await sealed_leaves(h.record) == await leaves_by_the_table(h.record)
