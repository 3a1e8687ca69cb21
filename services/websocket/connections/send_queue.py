"""What waits to be sent to one client; a client that does not keep up is cut off, and can recover."""

import asyncio
from collections import deque

from services.websocket.protocol.close_codes import CloseCode, Closing

MOST_FRAMES = 256
MOST_BYTES = 1 << 20


class SendQueue:
    """Bounded in frames and bytes. Putting never waits."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._taken = asyncio.Event()
        self._is_overrun = False

    def put(self, frame: bytes) -> None:
        """Add a frame; what is too much marks the client as slow, and nothing more is kept for it."""
        if self._is_overrun:
            return
        self._frames.append(frame)
        self._bytes += len(frame)
        self._is_overrun = len(self._frames) > MOST_FRAMES or self._bytes > MOST_BYTES
        self._news.set()

    async def take(self) -> bytes:
        """The next frame.

        Raises:
            Closing: 4008, the client is too slow.
        """
        while True:
            if self._is_overrun:
                raise Closing(CloseCode.SLOW_CONSUMER, "slow-consumer")
            if self._frames:
                frame = self._frames.popleft()
                self._bytes -= len(frame)
                self._taken.set()
                return frame
            self._news.clear()
            await self._news.wait()

    async def put_patiently(self, frame: bytes) -> None:
        """Add a frame of the past: it waits until the queue is half empty. Live frames never wait."""
        while len(self._frames) > MOST_FRAMES // 2 or self._bytes > MOST_BYTES // 2:
            self._taken.clear()
            await self._taken.wait()
        self.put(frame)
