"""Background tasks end when they are told to, also those that did not hear it the first time."""

import asyncio

from shared.resilience.endings import end_tasks


async def _deaf(times: int) -> None:
    """Lose as many cancellations, as `asyncio.wait_for` may."""
    for heard in range(times + 1):
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            if heard == times:
                raise


async def test_a_task_that_lost_its_cancellation_is_cancelled_again() -> None:
    tasks = [asyncio.create_task(_deaf(times)) for times in (0, 1)]
    await asyncio.sleep(0)
    assert not await end_tasks(tasks)
    assert all(task.cancelled() for task in tasks)


async def test_a_task_that_does_not_end_in_time_is_named() -> None:
    stuck = asyncio.create_task(_deaf(1), name="stuck")
    done = asyncio.create_task(_deaf(0))
    await asyncio.sleep(0)
    assert await end_tasks([stuck, done], within=0.1) == {stuck}
    assert not await end_tasks([stuck])


async def test_nobody_waits_for_tasks_that_have_ended() -> None:
    over = asyncio.create_task(asyncio.sleep(0))
    await over
    assert not await end_tasks([over])
    assert not await end_tasks([])
