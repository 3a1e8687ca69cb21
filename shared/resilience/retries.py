"""Background loops that outlive their failures."""

import asyncio
import random
from collections.abc import Awaitable, Callable

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0


async def run_forever(work: Callable[[], Awaitable[None]], on_failure: Callable[[Exception], None]) -> None:
    """Run `work` again and again, with growing jittered pauses while it fails; ends only by cancellation.

    A run that lasted longer than the longest pause counts as healthy and resets the pause.
    """
    loop = asyncio.get_running_loop()
    pause = FIRST_PAUSE_SECONDS
    while True:
        began = loop.time()
        try:
            await work()
        except Exception as error:  # noqa: BLE001 (the edge of a worker: reported and counted by the caller)
            on_failure(error)
        if loop.time() - began > LONGEST_PAUSE_SECONDS:
            pause = FIRST_PAUSE_SECONDS
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
