"""Requests that last: those that wait for something to happen, and answers without an end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import Receive, Scope

from shared.service.drain import Drain
from shared.web.event_stream import EVENT_STREAM

Headers = list[tuple[bytes, bytes]]

# A client that takes nothing of its answer for so long is gone or does not keep up; a service waits for it meanwhile.
STALL_SECONDS = 30.0


def may_last(scope: Scope) -> bool:
    """Whether a client asks to be kept waiting."""
    return b"wait=" in scope["query_string"] or any(
        name == b"accept" and EVENT_STREAM.encode() in value.lower() for name, value in scope["headers"]
    )


def is_stream(headers: Headers) -> bool:
    """Whether an answer has no end."""
    return any(name == b"content-type" and value.startswith(EVENT_STREAM.encode()) for name, value in headers)


class Unwanted(Exception):
    """Nobody waits for it any more: the client has left, or this instance ends."""

    def __init__(self, *, has_left: bool) -> None:
        super().__init__("the client has left" if has_left else "this instance ends")
        self.has_left = has_left


@asynccontextmanager
async def while_wanted(receive: Receive, drain: Drain | None) -> AsyncIterator[None]:
    """Give the block up when the client leaves, or, where a drain is given, this instance is about to.

    Raises:
        Unwanted: the block was given up.
    """
    deadline = asyncio.timeout(None)
    try:
        async with deadline:
            watching = asyncio.create_task(_watch(receive, drain, deadline))
            try:
                yield
            finally:
                watching.cancel()
    except TimeoutError:
        if not deadline.expired():
            raise
        raise Unwanted(has_left=drain is None or not drain.begun.is_set()) from None


async def _watch(receive: Receive, drain: Drain | None, deadline: asyncio.Timeout) -> None:
    if drain is None:
        await _departure(receive)
        deadline.reschedule(0)
        return
    ends = [asyncio.create_task(_departure(receive)), asyncio.create_task(drain.begun.wait())]
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        deadline.reschedule(0)
    finally:
        for end in ends:
            end.cancel()


async def _departure(receive: Receive) -> bool:
    while (await receive())["type"] != "http.disconnect":
        pass
    return True
