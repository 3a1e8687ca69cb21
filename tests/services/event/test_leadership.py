"""One sealer at a time, whatever happens to the one that leads."""

import asyncio

import pytest

from services.event.app import create_app
from services.event.sealing import repository
from services.event.sealing.sealer import BATCH, Deposed, Sealer
from services.event.settings import EventSettings
from shared.events import store
from shared.identifiers import Position, new_id
from shared.territory.territory import Territory
from tests.support.event_store import EventStore, decision, event_store
from tests.support.eventually import eventually
from tests.support.servers import Servers

CUTS = 5
CUT = (
    "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE application_name = 'event-sealer' AND datname = $1 AND query LIKE '%seal%'"
)


async def positions(record: EventStore) -> list[int]:
    return [event.position for event in await store.read_after(record.pool, Position(0), 10_000)]


async def test_a_leader_that_was_paused_cannot_seal_after_its_successor(servers: Servers, territory: Territory) -> None:
    async with (
        event_store(servers, territory) as record,
        event_store(servers, territory) as other,
        record.sealer.acquire() as paused_connection,
        other.sealer.acquire() as connection,
    ):
        paused = Sealer(paused_connection, territory.code)
        await paused.begin()
        await record.append(decision(), decision())
        assert await paused.seal() == 2
        successor = Sealer(connection, territory.code)
        await successor.begin()
        await record.append(decision())
        with pytest.raises(Deposed):
            await paused.seal()
        assert await successor.seal() == 1
        assert await successor.seal() == 0
        assert await positions(record) == [1, 2, 3]


async def test_a_leader_paused_inside_its_transaction_is_waited_for(servers: Servers, territory: Territory) -> None:
    async with (
        event_store(servers, territory) as record,
        event_store(servers, territory) as other,
        record.sealer.acquire() as paused_connection,
        other.sealer.acquire() as connection,
    ):
        paused, successor = Sealer(paused_connection, territory.code), Sealer(connection, territory.code)
        await paused.begin()
        await record.append(decision())
        look = await repository.look(paused_connection, 0, BATCH)
        async with paused_connection.transaction():
            await paused._seal_batch(await paused._leaves_of(look.rows))  # noqa: SLF001
            succession = asyncio.create_task(successor.begin())
            done, _ = await asyncio.wait([succession], timeout=0.2)
            assert not done
        await succession
        assert successor.size == 1
        assert await successor.seal() == 0


async def test_a_sealer_that_is_cut_off_again_and_again_loses_nothing(servers: Servers, territory: Territory) -> None:
    superuser = await servers.postgres.connect_to("postgres")
    cut_off = 0

    async def write(record: EventStore) -> None:
        for _ in range(25):
            await record.append(decision(), decision())

    async def cut() -> None:
        nonlocal cut_off
        while cut_off < CUTS:
            cut_off += await superuser.fetchval(CUT, territory.database)
            await asyncio.sleep(0)

    async with (
        event_store(servers, territory) as record,
        servers.running(EventSettings, create_app, territory),
        servers.running(EventSettings, create_app, territory),
    ):
        await asyncio.gather(cut(), *(write(record) for _ in range(8)))

        async def all_sealed() -> bool:
            return await store.head(record.pool) == 8 * 25 * 2

        await eventually(all_sealed, within=20)
        found = await store.read_after(record.pool, Position(0), 1000)
        assert [event.position for event in found] == list(range(1, 401))
        assert len({event.id for event in found}) == 400
    await superuser.close()


async def test_the_lock_is_free_when_a_leader_gives_up(servers: Servers, territory: Territory) -> None:
    async with (
        event_store(servers, territory) as record,
        event_store(servers, territory) as other,
        record.sealer.acquire() as connection,
        other.sealer.acquire() as waiting,
    ):
        assert await repository.try_lead(connection)
        assert not await repository.try_lead(waiting)
        await repository.stop_leading(connection)
        assert await repository.try_lead(waiting)


async def test_a_late_commit_gets_a_later_position_and_is_not_passed_over(
    servers: Servers, territory: Territory
) -> None:
    async with event_store(servers, territory) as record, record.sealer.acquire() as connection:
        sealer = Sealer(connection, territory.code)
        await sealer.begin()
        async with record.work() as late:
            slow = await late.append(f"decision-{new_id()}", "none", decision("slow"))
            await record.append(*(decision() for _ in range(BATCH + 10)))
            assert await sealer.seal() == BATCH + 10
            assert await sealer.seal() == 0
        assert await sealer.seal() == 1
        (last,) = await store.read_after(record.pool, Position(BATCH + 10), 10)
        assert last.id == slow.id


async def test_a_successor_finds_what_was_left_open(servers: Servers, territory: Territory) -> None:
    """Also what a transaction left that was older than the last one that its predecessor sealed."""
    async with event_store(servers, territory) as record:
        async with record.work() as late:
            await late.append(f"decision-{new_id()}", "none", decision("slow"))
            async with record.sealer.acquire() as connection:
                first = Sealer(connection, territory.code)
                await first.begin()
                await record.append(decision(), decision())
                assert await first.seal() == 2
        async with record.sealer.acquire() as connection:
            second = Sealer(connection, territory.code)
            await second.begin()
            assert await second.seal() == 1
        assert await positions(record) == [1, 2, 3]
