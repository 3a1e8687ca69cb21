"""A reader beside the sealer is brought what is sealed, and the store tells what was too much."""

import pytest

from services.event.sealing import feed as feeding
from services.event.sealing.feed import Feed
from services.event.sealing.sealer import Sealer
from shared.territory.territory import Territory
from tests.support.event_store import decision, event_store
from tests.support.eventually import eventually
from tests.support.following import following
from tests.support.servers import Servers

NOWHERE = "nats://nobody:none@127.0.0.1:9"


@pytest.mark.parametrize("most", [2, 10_000])
async def test_everything_is_brought_once_and_in_order_without_nats(
    servers: Servers, territory: Territory, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(feeding, "MOST_KEPT", most)
    async with event_store(servers, territory, NOWHERE) as record, record.sealer.acquire() as connection:
        feed = Feed()
        sealer = Sealer(connection, territory.code, feed.take)
        await sealer.begin()
        await record.append(*(decision() for _ in range(5)))
        # Nobody reads yet, and nothing is kept for nobody.
        assert await sealer.seal() == 5
        async with following(record, incoming=feed) as seen:
            for _ in range(20):
                for _ in range(3):
                    await record.append(decision(), decision())
                    assert await sealer.seal() == 2
                await eventually(lambda: len(seen) == sealer.size, within=2)
        assert seen == list(range(1, 126))


async def test_a_reader_that_comes_back_has_missed_nothing(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory, NOWHERE) as record, record.sealer.acquire() as connection:
        feed = Feed()
        sealer = Sealer(connection, territory.code, feed.take)
        await sealer.begin()
        for size in (3, 6, 9):
            await record.append(*(decision() for _ in range(3)))
            assert await sealer.seal() == 3
            async with following(record, incoming=feed) as seen:
                await eventually(lambda: len(seen) == size)  # noqa: B023 (awaited inside the loop)
            assert seen == list(range(1, size + 1))
