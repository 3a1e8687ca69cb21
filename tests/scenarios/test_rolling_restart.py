"""Every service is replaced while citizens write, read and listen: nobody is refused, nothing is lost."""

import asyncio
import os
import signal

from ops.embedded.service_plans import SERVICES
from tests.support.eventually import eventually
from tests.support.load import under_load
from tests.support.pod import Pod, is_alive

RESTART = 1012


async def test_every_service_is_replaced_under_load_and_nobody_notices(dk: Pod) -> None:
    before = dk.processes()
    live_urls = (dk.address().live_url, f"ws://127.0.0.1:{dk.api_port}/ws")
    async with under_load(dk.address(), dk.address(), live_urls) as (load, followers):
        for name in SERVICES:
            outcome = await dk.command("restart", name)
            assert outcome.code == 0, outcome.out + outcome.err + dk.log_tail()
            await load.goes_on()
    after = dk.processes()
    assert load.refused == []
    assert set(load.statuses) == {200, 201}
    assert {name for name in before if before[name].pid != after[name].pid} == set(SERVICES)
    assert [after[name].restarts for name in SERVICES] == [before[name].restarts for name in SERVICES]
    assert not [name for name in SERVICES if is_alive(before[name].pid or 0)]
    # Each was told when the websocket was replaced; the one through the gateway also when that was.
    assert [sorted(follower.closings) for follower in followers] == [[RESTART], [RESTART, RESTART]]
    for follower in followers:
        assert len(follower.posts) == len(set(follower.posts))


async def test_killing_either_instance_on_the_way_leaves_a_service_that_runs(dk: Pod) -> None:
    for victim in ("the old one", "the new one"):
        restarting = asyncio.create_task(dk.command("restart", "user"))
        await eventually(lambda: dk.processes()["user"].beside is not None)
        state = dk.processes()["user"]
        pid = state.pid if victim == "the old one" else state.beside
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        outcome = await restarting
        assert outcome.code == 1
        assert "user was not replaced" in outcome.err
        await dk.all_run()
        assert dk.processes()["user"].beside is None
    restarting = asyncio.create_task(dk.command("restart", "user"))
    await eventually(lambda: dk.processes()["user"].beside is not None)
    assert (await dk.status())["state"] == "running"
    outcome = await restarting
    assert outcome.code == 0, outcome.err


async def test_what_cannot_be_replaced_is_named(dk: Pod) -> None:
    outcome = await dk.command("restart", "kitchen")
    assert outcome.code == 2
    assert "there is no service 'kitchen'" in outcome.err
