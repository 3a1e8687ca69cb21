"""Server-sent events (WHATWG HTML §9.2): their form, who asks for them, and an end to clients that do not read."""

import asyncio
from collections.abc import Callable

from starlette.types import Message, Scope, Send

EVENT_STREAM = "text/event-stream"
HEADERS = {
    "content-type": f"{EVENT_STREAM}; charset=utf-8",
    "cache-control": "no-store",
    "vary": "accept",
    # nginx would collect an answer before it passes it on.
    "x-accel-buffering": "no",
}
HEARTBEAT = b": \n\n"
ABORT_SCOPE = "unityplan.abort"
"""Where a request's scope says how to end its connection at once, whatever is still to be sent."""

# A client that takes nothing for so long is gone or does not keep up; what it missed it can ask for.
READ_SECONDS = 10.0


class ClientStalled(Exception):
    """The client did not read; its connection is ended."""


def wants_stream(accept: str) -> bool:
    """Whether an Accept header names the media type of event streams."""
    ranges = (part.partition(";") for part in accept.lower().split(","))
    return any(
        name.strip() == EVENT_STREAM and parameters.replace(" ", "") not in {"q=0", "q=0.0"}
        for name, _, parameters in ranges
    )


def frame(position: int, name: str, data: bytes) -> bytes:
    """One event; `data` has no line breaks."""
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (position, name.encode(), data)


async def send_in_time(scope: Scope, send: Send, message: Message, *, seconds: float | None = None) -> None:
    """Send a part of an answer, or give the client up that does not read: after ten seconds where nothing else is said.

    What waits for a client is what the server's transport takes before it asks to stop, and one part.

    Raises:
        ClientStalled: the client did not read for so long.
    """
    try:
        async with asyncio.timeout(READ_SECONDS if seconds is None else seconds):
            await send(message)
    except TimeoutError:
        abort: Callable[[], None] | None = scope.get(ABORT_SCOPE)
        if abort is not None:
            abort()
        raise ClientStalled from None
