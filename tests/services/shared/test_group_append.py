"""Group append: many callers, few commits, and each gets the answer that is its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from shared.clock import utc_now
from shared.errors import ServiceError
from shared.events.canonical import canonical_bytes
from shared.events.catalogue.event import DecisionRecorded
from shared.events.group_append import LANES, MOST_WAITING, Entry, GroupAppender
from shared.events.unit_of_work import Appended, ExpectedVersion
from shared.identifiers import SYSTEM, ActorId, new_id
from shared.territory.territory import Territory
from tests.support.event_store import EventStore, decision, event_store
from tests.support.servers import Servers


def entry(title: str = "a", event_id: UUID | None = None) -> Entry:
    data: dict[str, Any] = {"title": title, "outcome": "yes", "reference": None}
    # Every attempt has a request of its own.
    metadata = {"request_id": str(new_id())}
    identity, is_named = event_id or new_id(), event_id is not None
    written = canonical_bytes(data), canonical_bytes(metadata)
    return Entry(identity, DecisionRecorded.type, 1, SYSTEM, utc_now(), *written, is_named=is_named)


@dataclass(frozen=True, slots=True)
class House:
    record: EventStore
    appender: GroupAppender
    commits: list[int]

    async def append(self, stream: str, expected: ExpectedVersion, *entries: Entry) -> list[Appended]:
        async with asyncio.timeout(10):
            return await self.appender.append(stream, expected, entries)

    async def versions(self, stream: str) -> list[int]:
        async with self.record.pool.acquire() as connection:
            rows = await connection._driver.fetch(  # noqa: SLF001 (a look past the library)
                "SELECT version FROM events WHERE stream = $1 ORDER BY seq", stream
            )
        return [row["version"] for row in rows]


@asynccontextmanager
async def house(servers: Servers, territory: Territory) -> AsyncIterator[House]:
    async with event_store(servers, territory) as record, house_of(record) as made:
        yield made


@asynccontextmanager
async def house_of(record: EventStore) -> AsyncIterator[House]:
    commits: list[int] = []

    def committed() -> None:
        commits.append(1)

    appender = GroupAppender(record.pool, committed)
    lanes = [asyncio.create_task(appender.run()) for _ in range(LANES)]
    try:
        yield House(record, appender, commits)
    finally:
        for lane in lanes:
            lane.cancel()
        await asyncio.wait(lanes)


def a_stream() -> str:
    return f"decision-{new_id()}"


async def outcomes(*appends: Awaitable[list[Appended]]) -> tuple[list[list[Appended]], list[str]]:
    """What was appended, and the codes of what was refused."""
    found: Sequence[Any] = await asyncio.gather(*appends, return_exceptions=True)
    codes = [result.code for result in found if isinstance(result, ServiceError)]
    return [result for result in found if isinstance(result, list)], codes


async def test_of_fifty_writers_at_one_version_one_wins(servers: Servers, territory: Territory) -> None:
    async with house(servers, territory) as h:
        stream = a_stream()
        won, refused = await outcomes(*(h.append(stream, "none", entry(str(n))) for n in range(50)))
        assert len(won) == 1
        assert refused == ["version-conflict"] * 49
        won, refused = await outcomes(*(h.append(stream, 1, entry(str(n))) for n in range(50)))
        assert len(won) == 1
        assert refused == ["version-conflict"] * 49
        assert await h.versions(stream) == [1, 2]


async def test_whoever_takes_any_version_gets_the_next_one(servers: Servers, territory: Territory) -> None:
    async with house(servers, territory) as h:
        stream = a_stream()
        won, refused = await outcomes(*(h.append(stream, "any", entry(), entry()) for _ in range(40)))
        assert refused == []
        assert sorted(placed[0].version for placed in won) == list(range(1, 80, 2))
        assert all(placed[1].version == placed[0].version + 1 for placed in won)
        assert await h.versions(stream) == list(range(1, 81))


async def test_many_callers_share_few_commits(servers: Servers, territory: Territory) -> None:
    async with house(servers, territory) as h:
        won, _ = await outcomes(*(h.append(a_stream(), "none", entry()) for _ in range(500)))
        assert len(won) == 500
        assert len(h.commits) < 50


async def test_a_conflict_is_its_callers_alone(servers: Servers, territory: Territory) -> None:
    """Also when what this process knows of a stream is old, since another writer was there."""
    async with house(servers, territory) as h:
        stream = a_stream()
        await h.append(stream, "none", entry())
        await h.record.append(decision(), decision(), stream=stream)
        others = [a_stream() for _ in range(20)]
        won, refused = await outcomes(
            h.append(stream, 1, entry()), *(h.append(other, "none", entry()) for other in others)
        )
        assert len(won) == 20
        assert refused == ["version-conflict"]
        placed = await h.append(stream, 3, entry())
        assert placed[0].version == 4
        assert await h.versions(stream) == [1, 2, 3, 4]


async def test_a_stream_that_exists_is_not_taken_for_a_new_one(servers: Servers, territory: Territory) -> None:
    async with house(servers, territory) as h:
        stream = a_stream()
        await h.record.append(decision(), stream=stream)
        won, refused = await outcomes(h.append(stream, "none", entry()), h.append(a_stream(), "none", entry()))
        assert len(won) == 1
        assert refused == ["version-conflict"]


async def test_a_version_ahead_of_the_stream_is_refused(servers: Servers, territory: Territory) -> None:
    async with house(servers, territory) as h:
        stream = a_stream()
        with pytest.raises(ServiceError, match="version-conflict"):
            await h.append(stream, 7, entry())
        assert await h.versions(stream) == []


async def test_the_same_id_twice_is_one_event(servers: Servers, territory: Territory) -> None:
    async with house(servers, territory) as h:
        stream, event_id = a_stream(), new_id()
        won, refused = await outcomes(*(h.append(stream, "none", entry("a", event_id)) for _ in range(20)))
        assert refused == []
        assert {placed[0] for placed in won} == {Appended(event_id, stream, 1)}
        # Also long after, by another process that knows nothing of it.
        async with house(servers, territory) as other:
            assert await other.append(stream, 0, entry("a", event_id)) == [Appended(event_id, stream, 1)]
        assert await h.versions(stream) == [1]


async def test_nobody_is_refused_for_what_is_only_remembered(servers: Servers, territory: Territory) -> None:
    async with house(servers, territory) as h:
        stream = a_stream()
        await h.append(stream, "none", entry())
        # Somebody else writes to it, as another instance or a transaction of its own does.
        await h.record.append(decision(), stream=stream)
        (placed,) = await h.append(stream, 2, entry())
        assert placed.version == 3
        _, refused = await outcomes(h.append(stream, 2, entry()))
        assert refused == ["version-conflict"]


async def test_a_repetition_says_nothing_of_where_its_stream_stands(servers: Servers, territory: Territory) -> None:
    async with house(servers, territory) as h:
        stream, first = a_stream(), entry("a", new_id())
        await h.append(stream, "none", first)
        await h.append(stream, 1, entry())
        async with house_of(h.record) as other:
            (again,) = await other.append(stream, "none", first)
            assert again.version == 1
            (placed,) = await other.append(stream, 2, entry())
            assert placed.version == 3


async def test_an_id_that_stands_for_something_else_is_refused(servers: Servers, territory: Territory) -> None:
    async with house(servers, territory) as h:
        stream, event_id = a_stream(), new_id()
        same = entry("a", event_id)
        await h.append(stream, "none", same)
        others = {
            "what": (stream, [entry("b", event_id)]),
            "where": (a_stream(), [same]),
            "whose": (stream, [replace(same, actor=ActorId(str(new_id())))]),
            "of what": (stream, [replace(same, metadata=canonical_bytes({"causation_id": str(new_id())}))]),
            "why": (stream, [replace(same, metadata=b'{"reason":"another one"}')]),
            "how many": (stream, [same, entry()]),
        }
        for difference, (place, entries) in others.items():
            _, refused = await outcomes(h.append(place, "any", *entries))
            assert refused == ["event-id-conflict"], difference
        assert await h.versions(stream) == [1]


async def test_a_caller_who_gives_up_while_waiting_has_written_nothing(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as record:

        def committed() -> None:
            pass

        appender = GroupAppender(record.pool, committed)
        stream = a_stream()
        waiting = asyncio.create_task(appender.append(stream, "none", [entry()]))
        await asyncio.sleep(0)
        waiting.cancel()
        lane = asyncio.create_task(appender.run())
        placed = await appender.append(stream, "any", [entry()])
        lane.cancel()
        assert placed[0].version == 1


async def test_too_many_who_wait_are_refused_at_once(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as record:

        def committed() -> None:
            pass

        appender = GroupAppender(record.pool, committed)
        tasks = [asyncio.create_task(appender.append(a_stream(), "none", [entry()])) for _ in range(MOST_WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(ServiceError, match="append-queue-full"):
            await appender.append(a_stream(), "none", [entry()])
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def test_who_waits_when_the_database_is_cut_off_is_told_and_the_next_is_served(
    servers: Servers, territory: Territory
) -> None:
    async with house(servers, territory) as h:
        superuser = await servers.postgres.connect_to("postgres")
        await h.append(a_stream(), "none", entry())
        refused: list[str] = []
        won = 0

        async def write() -> None:
            nonlocal won
            for _ in range(60):
                try:
                    await h.append(a_stream(), "none", entry())
                    won += 1
                except ServiceError as error:
                    refused.append(error.code)

        async def cut() -> None:
            for _ in range(5):
                await superuser.fetch(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test'"
                    " AND datname = $1",
                    territory.database,
                )
                await asyncio.sleep(0)

        worker = asyncio.create_task(_again_and_again(h.appender))
        await asyncio.gather(cut(), *(write() for _ in range(8)))
        worker.cancel()
        await superuser.close()
        assert set(refused) <= {"database-unavailable", "database-busy"}
        async with h.record.pool.acquire() as connection:
            written = await connection._driver.fetchval("SELECT count(*) FROM events")  # noqa: SLF001 (as above)
        assert written >= won + 1


async def _again_and_again(appender: GroupAppender) -> None:
    while True:
        try:
            await appender.run()
        except ServiceError:
            await asyncio.sleep(0)
