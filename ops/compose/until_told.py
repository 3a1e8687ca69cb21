"""Work that lasts until SIGTERM, which is its ordinary end."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

WRONG_USE = 2


def until_told(work: Coroutine[Any, Any, None]) -> int:
    """The exit code: 0 at SIGTERM, 2 when a word given could not be used, which is said in one line."""

    async def run() -> None:
        task = asyncio.ensure_future(work)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        with suppress(asyncio.CancelledError):
            await task

    try:
        asyncio.run(run())
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_USE
    return 0
