"""Wait for a condition instead of for a time."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")

POLL_SECONDS = 0.02


@overload
async def eventually(check: Callable[[], Awaitable[T]], *, within: float = ...) -> T: ...
@overload
async def eventually(check: Callable[[], T], *, within: float = ...) -> T: ...
async def eventually(check: Callable[[], object], *, within: float = 10.0) -> object:
    """The first true value that `check` gives; it may be a function or a coroutine function, and may fail meanwhile.

    Raises: AssertionError with the last value or error when there was none within so many seconds.
    """
    deadline = time.monotonic() + within
    while True:
        last: object
        try:
            found = check()
            value = await found if inspect.isawaitable(found) else found
        except Exception as error:  # noqa: BLE001 - a condition that cannot be asked yet is not true yet
            last = error
        else:
            if value:
                return value
            last = value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s; last: {last!r}")
        await asyncio.sleep(POLL_SECONDS)
