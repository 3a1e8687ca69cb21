"""A sealer that is stopped, neither dead nor alive, holds up nobody for long, and does no harm when it goes on."""

import signal
from pathlib import Path

from ops.verification.checking import Check
from services.event.app import create_app
from services.event.sealing import leadership
from services.event.sealing.leadership import Silence
from services.event.settings import EventSettings
from shared.events import store
from shared.identifiers import Position
from shared.territory.territory import Territory
from tests.support.event_process import EventProcess, event_process, public_key
from tests.support.event_store import EventStore, decision, event_store
from tests.support.eventually import eventually
from tests.support.servers import Servers


async def all_sealed(record: EventStore, count: int) -> None:
    async def is_sealed() -> bool:
        return await store.head(record.pool) == count

    await eventually(is_sealed, within=10)


def tell(instance: EventProcess, what: signal.Signals) -> None:
    assert instance.process is not None
    instance.process.send_signal(what)


async def test_another_takes_over_within_ten_seconds_and_the_stopped_one_stands_down(
    servers: Servers, territory: Territory, tmp_path: Path
) -> None:
    folders = tmp_path / "first", tmp_path / "second"
    for folder in folders:
        folder.mkdir()
    async with (
        event_store(servers, territory) as record,
        event_process(servers, folders[0], territory) as first,
        event_process(servers, folders[1], territory) as second,
    ):
        await record.append(decision(), decision())
        await all_sealed(record, 2)
        assert first.elected_at()
        assert not second.elected_at()
        tell(first, signal.SIGSTOP)
        try:
            await record.append(decision(), decision())
            await all_sealed(record, 4)
        finally:
            tell(first, signal.SIGCONT)
        elected = first.elected_at()
        for count in range(5, 25):
            await record.append(decision())
            await all_sealed(record, count)
        assert first.elected_at() == elected < second.elected_at()
        events = await store.read_after(record.pool, Position(0), 100)
        assert [event.position for event in events] == list(range(1, 25))
        report = await Check(record.database_url, territory.code, [public_key(servers, territory)]).run()
        assert not report.faults, report.faults


async def test_a_leader_with_nothing_to_do_is_left_in_office(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as record, servers.running(EventSettings, create_app, territory):
        await record.append(decision())
        await all_sealed(record, 1)
        superuser = await servers.postgres.connect_to(territory.database)
        seen = f"SELECT seen_at FROM {territory.schema}.sealer_terms"  # noqa: S608 (names of ours)
        before = await superuser.fetchval(seen)

        async def is_seen_again() -> bool:
            return bool(await superuser.fetchval(seen) > before)

        await eventually(is_seen_again, within=leadership.SILENT_SECONDS)
        await superuser.close()


def test_silence_is_counted_from_the_last_new_sign() -> None:
    leader = Silence()
    assert not leader.lasts((1, "a"))
    leader._since -= leadership.SILENT_SECONDS + 1  # noqa: SLF001 (time that has passed)
    assert leader.lasts((1, "a"))
    assert not leader.lasts((1, "b"))
    assert not leader.lasts((2, "b"))
