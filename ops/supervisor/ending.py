"""How a process is ended: asked, given time, and at last made to."""

import asyncio
from asyncio import Event
from contextlib import suppress
from signal import SIGKILL

from ops.supervisor.child import Child
from ops.supervisor.process_plan import ProcessPlan, Timing


async def end(child: Child, plan: ProcessPlan, timing: Timing, hurrying: Event) -> None:
    """Send the plan's signals one after the other; `hurrying` cuts the patience short. To be cancelled at its end."""
    child.send(plan.stop_signal)
    with suppress(TimeoutError):
        async with asyncio.timeout(plan.grace_seconds):
            await hurrying.wait()
    child.send(plan.hurry_signal)
    await asyncio.sleep(timing.longest_delay)
    child.send(SIGKILL)


async def ended(child: Child, plan: ProcessPlan, timing: Timing, hurrying: Event) -> int:
    """End a process and wait for it; its exit code, or minus the number of the signal that ended it."""
    ending = asyncio.create_task(end(child, plan, timing, hurrying))
    try:
        return await child.exited()
    finally:
        ending.cancel()
        await asyncio.wait([ending])
        await child.drained()
