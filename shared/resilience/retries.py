"""Background loops that outlive their failures."""

import asyncio
from collections.abc import Awaitable, Callable

import stamina

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0


async def run_forever(work: Callable[[], Awaitable[None]], on_failure: Callable[[Exception], None]) -> None:
    """Run `work` again and again, with growing jittered pauses while it fails; ends only by cancellation.

    A run that lasted longer than the longest pause counts as healthy and resets the pause.
    """
    # Failures are told by `on_failure`, in our own words.
    stamina.instrumentation.set_on_retry_hooks(())
    while True:
        await _run_until_healthy(work, on_failure)


async def _run_until_healthy(work: Callable[[], Awaitable[None]], on_failure: Callable[[Exception], None]) -> None:
    loop = asyncio.get_running_loop()
    attempts = stamina.retry_context(
        on=Exception,
        attempts=None,
        timeout=None,
        wait_initial=FIRST_PAUSE_SECONDS,
        wait_max=LONGEST_PAUSE_SECONDS,
        wait_jitter=FIRST_PAUSE_SECONDS,
    )
    async for attempt in attempts:
        with attempt:
            began = loop.time()
            try:
                await _uncancelled(work)
            except Exception as error:
                on_failure(error)
                if loop.time() - began <= LONGEST_PAUSE_SECONDS:
                    raise
            # Healthy, or over: a work that ends by itself is begun anew, not at once.
            await asyncio.sleep(FIRST_PAUSE_SECONDS)


async def _uncancelled(work: Callable[[], Awaitable[None]]) -> None:
    """A cancellation that nobody asked this task for, as a driver leaks when its server is killed, is a failure."""
    try:
        await work()
    except asyncio.CancelledError as cancellation:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise StrayCancellationError from cancellation


class StrayCancellationError(Exception):
    """Something inside the work was cancelled, not the work."""
