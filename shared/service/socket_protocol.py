"""uvicorn's WebSocket protocol, which closes with the API's own code when a message is larger than it takes."""

import asyncio
import logging
from typing import Any

from typing_extensions import override
from uvicorn import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import CloseCode
from websockets.server import ServerProtocol

MESSAGE_TOO_LARGE = 4413
REASON = "frame-too-large"
# A client that is told in the middle of its frame goes on to send for a moment; what comes then is thrown away.
QUIET_SECONDS = 0.5
LINGER_SECONDS = 5.0


class SocketProtocol(WebSocketsSansIOProtocol):
    """As uvicorn makes it, without extensions; who breaks the protocol still gets to read that it did."""

    _gives_up_at: float | None = None
    """By the loop's clock; None as long as nothing is wrong."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn = _Connection(max_size=config.ws_max_size, logger=logging.getLogger("uvicorn.error"))

    @override
    def data_received(self, data: bytes) -> None:
        if self._gives_up_at is None:
            super().data_received(data)
        else:
            self._close_when_quiet(self._gives_up_at)

    @override
    def handle_parser_exception(self) -> None:
        """Say why, and stay until the client has stopped: to close on what is unread would reset the connection.

        The reset would take the close frame with it, here or in a gateway between the client and us.
        """
        close = self.conn.close_sent
        if close is not None:
            self.queue.put_nowait({"type": "websocket.disconnect", "code": close.code, "reason": close.reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_sent = True
        self._gives_up_at = self.loop.time() + LINGER_SECONDS
        self._close_when_quiet(self._gives_up_at)

    def _close_when_quiet(self, at_latest: float) -> None:
        if self.close_timer is not None:
            self.close_timer.cancel()
        wait = min(QUIET_SECONDS, max(0.0, at_latest - self.loop.time()))
        self.close_timer = self.loop.call_later(wait, self.transport.close)


class _Connection(ServerProtocol):
    @override
    def fail(self, code: CloseCode | int, reason: str = "") -> None:
        if code == CloseCode.MESSAGE_TOO_BIG:
            code, reason = MESSAGE_TOO_LARGE, REASON
        super().fail(code, reason)
