"""A client's WebSocket joined to the websocket service's: bytes both ways, so that both ports behave alike.

The handshake is the gateway's to let through; what the service answers to it, and every frame after it, is copied.
"""

import asyncio
from collections.abc import Callable
from typing import cast

from typing_extensions import override

from services.gateway.live.frame_boundary import FrameBoundary, close_frame
from services.gateway.proxy.upstream_connection import UpstreamGarbage, UpstreamLost, UpstreamSilent

RESTART = 1012
SWITCHED = b"HTTP/1.1 101 "
HTTP = b"HTTP/1.1 "
HEAD_END = b"\r\n\r\n"
LARGEST_ANSWER_HEAD_BYTES = 16 * 1024
ANSWER_SECONDS = 5.0


class End(asyncio.Protocol):
    """What both ends have in common."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.other: End | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    @override
    def pause_writing(self) -> None:
        if self.other is not None:
            self.other.hold()

    @override
    def resume_writing(self) -> None:
        if self.other is not None:
            self.other.resume()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is not None:
            self.other.leave()

    def write(self, data: bytes) -> None:
        """Pass on what the other end has read."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def hold(self) -> None:
        """Read nothing more: the other end does not keep up."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()

    def leave(self) -> None:
        """The other end is gone; what was written to this one is still sent."""
        if self.transport is not None:
            self.transport.close()


class ServiceEnd(End):
    """What the service says: its answer to the handshake, and frames once it has switched protocols."""

    def __init__(self, handshake: bytes) -> None:
        super().__init__()
        self._handshake = handshake
        self._kept = b""
        self._answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.is_switched = False

    async def ask(self) -> None:
        """Wait for the head of the answer; whatever follows it is kept until the client is there.

        Raises:
            UpstreamFailure: there is none; the connection is ended.
        """
        self.write(self._handshake)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._answer
        except TimeoutError:
            raise UpstreamSilent("no answer to the handshake") from None
        finally:
            if not self._kept.startswith(HTTP) or not _head_bytes(self._kept):
                self.leave()

    def hand_over(self) -> None:
        """The client is there: from now on all goes to it."""
        client, kept, self._kept = self.other, self._kept, b""
        if client is None or self.transport is None:
            return
        head_bytes = _head_bytes(kept)
        client.write(kept[:head_bytes])
        self.is_switched = kept.startswith(SWITCHED)
        if len(kept) > head_bytes:
            client.write(kept[head_bytes:])
        if self.transport.is_closing():
            client.leave()
        self.resume()

    @override
    def data_received(self, data: bytes) -> None:
        if self._answer.done():
            if self.other is not None:
                self.other.write(data)
            return
        self._kept += data
        if _head_bytes(self._kept) and self._kept.startswith(HTTP):
            self.hold()
            self._answer.set_result(None)
        elif _head_bytes(self._kept) or len(self._kept) > LARGEST_ANSWER_HEAD_BYTES:
            self._answer.set_exception(UpstreamGarbage("not an answer to a handshake"))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self._answer.done():
            self._answer.set_exception(UpstreamLost(is_clean=not self._kept))
        super().connection_lost(exc)


class ClientEnd(End):
    """The client, from its handshake on."""

    def __init__(self, service: ServiceEnd, on_end: Callable[["ClientEnd"], None]) -> None:
        super().__init__()
        self.other = self._service = service
        service.other = self
        self._on_end = on_end
        self._boundary = FrameBoundary()
        self._is_ending = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._service.hand_over()

    @override
    def data_received(self, data: bytes) -> None:
        # After a refusal nobody listens: the connection is about to end.
        if self._service.is_switched:
            self._service.write(data)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._on_end(self)

    @override
    def write(self, data: bytes) -> None:
        if not self._service.is_switched:
            super().write(data)
            return
        completing = self._boundary.follow(data)
        if self._is_ending:
            super().write(data[:completing])
            self._end()
        else:
            super().write(data)

    @override
    def leave(self) -> None:
        """The service is gone: a client that was not told so is told to come back."""
        if self.transport is None:
            # Never there: it left before the service had answered.
            self._service.leave()
        elif self._service.is_switched and self._boundary.is_here:
            self._end()
        else:
            super().leave()

    def shutdown(self) -> None:
        """This instance ends: say so where the next frame would begin. Called by the server."""
        self._is_ending = True
        if not self._service.is_switched or self._boundary.is_here:
            self.leave()

    def _end(self) -> None:
        if not self._boundary.is_closed:
            super().write(close_frame(RESTART))
        super().leave()


def _head_bytes(data: bytes) -> int:
    """How long the head of an answer is; 0 while it is not whole."""
    return data.find(HEAD_END) + len(HEAD_END) if HEAD_END in data else 0
