"""One client's subscription to one channel."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from services.websocket.channels.rules import Channel
from services.websocket.protocol.frames import event_frame

Shape = dict[str, Any]
"""An event as clients see it."""


class Outbox(Protocol):
    """What waits to be sent to a client: live frames at once, those of the past with patience."""

    def put(self, frame: bytes) -> None:
        """Add a frame; never waits."""
        ...

    async def put_patiently(self, frame: bytes) -> None:
        """Add a frame when there is room."""
        ...


@dataclass(eq=False, slots=True)
class Subscription:
    """While it recovers, live events wait in `held`. `after` is the position up to which the client knows all.

    `previous` is the position of the last event of the channel that the client knows of.
    """

    channel: Channel
    account_id: UUID
    queue: Outbox
    after: int = 0
    previous: int = 0
    held: deque[tuple[int, Shape]] | None = field(default_factory=deque)
    ended: bool = False

    def begin(self, after: int, previous: int, missed: Sequence[tuple[int, Shape]] = ()) -> None:
        """Where the client stands, and what it missed; before what came since."""
        self.after, self.previous = after, previous
        self.held = deque([*missed, *(self.held or ())])

    def deliver(self, position: int, shape: Shape, frames: dict[tuple[str, int], bytes]) -> None:
        """Send a live event, or hold it while the past is on its way. `frames` shares what is alike among clients."""
        if self.held is not None:
            self.held.append((position, shape))
        elif position > self.after:
            key = self.channel.name, self.previous
            if key not in frames:
                frames[key] = event_frame(self.channel.name, position, self.previous, shape)
            self.queue.put(frames[key])
            self.after = self.previous = position

    async def catch_up(self) -> None:
        """Send what was missed and what came meanwhile, each once and in order; live from here on."""
        while self.held:
            position, shape = self.held.popleft()
            if position > self.after:
                frame = event_frame(self.channel.name, position, self.previous, shape)
                self.after = self.previous = position
                await self.queue.put_patiently(frame)
        self.held = None
