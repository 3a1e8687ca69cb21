"""`kill -9` of writer, sealer, NATS and PostgreSQL under load, and JetStream's disk lost with its server.

Nothing is lost, doubled, skipped or out of order.
"""

import gc
import sys
import time
from pathlib import Path

import pytest

from tests.support.servers import started_servers
from tests.support.storm import KINDS, blow, storm

KILLS_IN_A_SOAK = 125


async def test_three_kills_of_each_leave_every_acknowledged_event_once_and_in_order(tmp_path: Path) -> None:
    async with started_servers() as servers, storm(servers, tmp_path) as made:
        await blow(made, kills=3 * len(KINDS), seed=3)
    assert set(made.figures.kills.values()) == {3}
    # A connection that a kill left open would be complained of.
    gc.collect()


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_a_hundred_kills_and_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seed = time.time_ns() % 1_000_000
    async with started_servers() as servers, storm(servers, tmp_path) as made:
        await blow(made, KILLS_IN_A_SOAK, seed)
    with capsys.disabled():
        sys.stdout.write(f"\nseed {seed}: {made.figures}\n")
