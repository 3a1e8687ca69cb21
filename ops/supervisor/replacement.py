"""The wait for an instance that is to take another's place."""

import asyncio
from asyncio import Event

from ops.supervisor.child import Child
from ops.supervisor.process_plan import Check, Timing


class ReplacementError(Exception):
    """The instance of a process was not replaced; the one that was there stays."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} was not replaced: {reason}")
        self.reason = reason


async def why_not(heir: Child, current: Child, is_ready: Check, timing: Timing, stopping: Event) -> str | None:
    """Wait until the heir can take over, None, or never can: why."""
    ready = asyncio.create_task(_ready(is_ready, timing.ready_poll))
    heir_ended = asyncio.create_task(heir.exited())
    current_ended = asyncio.create_task(current.exited())
    stop = asyncio.create_task(stopping.wait())
    waits = (ready, heir_ended, current_ended, stop)
    try:
        await asyncio.wait(waits, timeout=timing.ready_within, return_when=asyncio.FIRST_COMPLETED)
        if heir_ended.done():
            return f"the new instance ended with code {heir_ended.result()} before it was ready"
        if current_ended.done():
            return f"the old instance ended by itself with code {current_ended.result()}, and is started again"
        if stop.done():
            return "the pod is being stopped"
        return None if ready.done() else f"the new instance was not ready within {timing.ready_within:.0f} s"
    finally:
        for wait in waits:
            wait.cancel()


async def _ready(is_ready: Check, poll_seconds: float) -> None:
    while True:
        if await is_ready():
            break
        await asyncio.sleep(poll_seconds)
