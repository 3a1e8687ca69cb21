"""Reading on: an answer that waits for its first event, and a stream of events without an end."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from time import monotonic, time

from fastapi import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from services.event.streams.lookout import Lookout, Waiter
from services.event.streams.presentation import Form, shown, viewer_of
from services.event.streams.queries import list_events
from services.event.streams.selection import Selection
from shared.errors import ServiceError
from shared.events.envelope import StoredEvent
from shared.identifiers import Position
from shared.observability.logging import get_logger
from shared.web.dependencies import Call
from shared.web.event_stream import HEADERS, HEARTBEAT, ClientStalled, frame, send_in_time

log = get_logger()

HEARTBEAT_SECONDS = 15.0
# Between two looks at whether the token is still good.
WATCH_SECONDS = 0.5
# Events of a stream that are read at once.
BATCH = 50
GONE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read, by whom, and how it is shown."""

    call: Call
    lookout: Lookout
    wanted: Selection
    form: Form


async def first_events(
    reading: Reading, after: int, most: int, seconds: float
) -> tuple[Sequence[StoredEvent], Position]:
    """What there is after a position; nothing once nothing came in so many seconds, the client left or this ends.

    Raises:
        ServiceError: too_many `too-many-waiting`; unavailable.
    """
    call, wanted = reading.call, reading.wanted
    until = monotonic() + seconds
    with reading.lookout.waiting(call.account_id, wanted) as waiter:
        async with _ended_by(call.request.receive, waiter):
            while True:
                waiter.clear()
                events, head = await list_events(call.pool, after, most, wanted)
                left = until - monotonic()
                if events or waiter.is_over or left <= 0:
                    return events, head
                await waiter.wait(left)


class LiveEvents(Response):
    """Server-sent events from a position on, until the client leaves, its token ends or this instance does."""

    def __init__(self, reading: Reading, after: int) -> None:
        super().__init__(headers=HEADERS)
        # Its length is not known.
        del self.headers["content-length"]
        self._reading = reading
        self._after = after

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reading = self._reading
        with reading.lookout.waiting(reading.call.account_id, reading.wanted) as waiter:
            async with _ended_by(receive, waiter):
                # What refuses is answered as any refusal: the head of this answer is not out yet.
                events, head = await self._read(waiter)
                headers = [*self.raw_headers, (b"x-position", str(head).encode())]
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                try:
                    await self._send_on(waiter, events, head, scope, send)
                except ClientStalled:
                    log.info("stream.client_stalled", position=self._after)
                    await waiter.wait_for_end(GONE_SECONDS)
                    return
                except ServiceError as error:
                    # It asks again from the last event that it has.
                    log.warning("stream.interrupted", code=error.code)
                await send({"type": "http.response.body", "body": b""})

    async def _send_on(
        self, waiter: Waiter, events: Sequence[StoredEvent], head: Position, scope: Scope, send: Send
    ) -> None:
        await send_in_time(scope, send, _part(HEARTBEAT))
        while True:
            items = await shown(self._reading.call, events, self._reading.form)
            for event, item in zip(events, items, strict=True):
                await send_in_time(scope, send, _part(frame(event.position, event.type, item)))
            # A full batch may not be all that there is.
            self._after = events[-1].position if len(events) == BATCH else max(self._after, head)
            if len(events) < BATCH and not await self._has_more(waiter):
                await send_in_time(scope, send, _part(HEARTBEAT))
            if self._is_over(waiter):
                return
            events, head = await self._read(waiter)

    async def _read(self, waiter: Waiter) -> tuple[Sequence[StoredEvent], Position]:
        """By what the caller may read now."""
        call = self._reading.call
        waiter.clear()
        waiter.wanted = replace(self._reading.wanted, viewer=await viewer_of(call))
        return await list_events(call.pool, self._after, BATCH, waiter.wanted)

    async def _has_more(self, waiter: Waiter) -> bool:
        """False when it is time for a heartbeat."""
        until = monotonic() + HEARTBEAT_SECONDS
        while not self._is_over(waiter):
            left = until - monotonic()
            if left <= 0:
                return False
            if await waiter.wait(min(left, WATCH_SECONDS)):
                return True
        return True

    def _is_over(self, waiter: Waiter) -> bool:
        call = self._reading.call
        return (
            waiter.is_over
            or call.principal.expires_at.timestamp() <= time()
            or call.resources.verifier.of(call.territory).is_revoked(call.principal)
        )


def _part(body: bytes) -> dict[str, object]:
    return {"type": "http.response.body", "body": body, "more_body": True}


@asynccontextmanager
async def _ended_by(receive: Receive, waiter: Waiter) -> AsyncIterator[None]:
    """The client's departure ends the waiting."""

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        waiter.end()

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
