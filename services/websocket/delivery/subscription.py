"""One client's subscription to one channel."""

from collections import deque
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from services.websocket.channels.rules import Channel


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
    """While it recovers, live frames wait in `held`; `after` is the position up to which the client knows all."""

    channel: Channel
    account_id: UUID
    queue: Outbox
    after: int
    held: deque[tuple[int, bytes]] | None = field(default_factory=deque)
    ended: bool = False

    def deliver(self, position: int, frame: bytes) -> None:
        """Send a live frame, or hold it while the past is on its way."""
        if self.held is not None:
            self.held.append((position, frame))
        elif position > self.after:
            self.after = position
            self.queue.put(frame)

    async def catch_up(self) -> None:
        """Send what was missed and what came meanwhile, each once and in order; live from here on."""
        while self.held:
            position, frame = self.held.popleft()
            if position > self.after:
                self.after = position
                await self.queue.put_patiently(frame)
        self.held = None
