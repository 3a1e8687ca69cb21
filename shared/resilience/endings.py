"""The end of background tasks."""

import asyncio
from collections.abc import Iterable
from math import inf
from typing import Any

# Time to put things away; whoever is cancelled then is cancelled a second time.
PATIENCE_SECONDS = 1.0


async def end_tasks(tasks: Iterable[asyncio.Task[Any]], within: float = inf) -> set[asyncio.Task[Any]]:
    """Cancel tasks until they have ended; those that have not within that many seconds are returned.

    Once is not enough: `asyncio.wait_for` of Python 3.11, which nats-py waits with, loses a cancellation that comes in
    the turn in which what it waits for is done (python/cpython#86296). Unlike `await task`, a cancellation of the
    caller is never taken for the one of the task.
    """
    running = {task for task in tasks if not task.done()}
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while running and (left := deadline - loop.time()) > 0:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=min(PATIENCE_SECONDS, left))
    return running
