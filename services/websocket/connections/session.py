"""One authenticated socket: its frames in, its frames out, and what ends it."""

import asyncio
from collections import deque
from time import monotonic, time

from starlette.websockets import WebSocket, WebSocketDisconnect

from services.websocket.channels.queries import require_visible
from services.websocket.channels.rules import parse_channel
from services.websocket.connections.send_queue import SendQueue
from services.websocket.delivery.fan_out import Hub
from services.websocket.delivery.subscription import Subscription
from services.websocket.protocol.close_codes import CloseCode, Closing
from services.websocket.protocol.frames import (
    AuthFrame,
    ClientFrame,
    FrameRefused,
    PingFrame,
    RefreshFrame,
    SubscribeFrame,
    UnsubscribeFrame,
    error_frame,
    ok_frame,
    parse_frame,
    pong_frame,
)
from shared.errors import ServiceError
from shared.identity.principal import Principal
from shared.identity.token_scopes import require_method
from shared.identity.verifier import TerritoryVerifier

FRAMES_PER_SECOND = 20
MOST_SUBSCRIPTIONS = 100
SEND_SECONDS = 5.0
WATCH_SECONDS = 0.5


class Session:
    """Runs until either side ends it."""

    def __init__(
        self, socket: WebSocket, hub: Hub, verifier: TerritoryVerifier, principal: Principal, epoch: str
    ) -> None:
        self._socket = socket
        self._hub = hub
        self._verifier = verifier
        self._principal = principal
        self._epoch = epoch
        self._queue = SendQueue()
        self._subscriptions: dict[str, Subscription] = {}
        self._recent: deque[float] = deque(maxlen=FRAMES_PER_SECOND)

    async def run(self, auth_id: int | None) -> None:
        """Greet, then serve.

        Raises:
            Closing: with the code to close with; WebSocketDisconnect: the client went.
        """
        self._queue.put(ok_frame(auth_id, epoch=self._epoch, position=self._hub.position))
        tasks = [asyncio.create_task(work()) for work in (self._read, self._write, self._watch)]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for subscription in self._subscriptions.values():
                self._hub.unsubscribe(subscription)

    async def _read(self) -> None:
        while True:
            text = await receive_text(self._socket)
            self._require_rate()
            try:
                await self._handle(parse_frame(text))
            except FrameRefused as refused:
                self._queue.put(error_frame(refused.frame_id, "bad-frame", refused.detail))

    async def _write(self) -> None:
        while True:
            frame = await self._queue.take()
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._socket.send_text(frame.decode())
            except TimeoutError:
                raise Closing(CloseCode.SLOW_CONSUMER, "slow-consumer") from None

    async def _watch(self) -> None:
        """The token's end and the session's."""
        while True:
            if self._verifier.is_revoked(self._principal):
                raise Closing(CloseCode.NOT_AUTHENTICATED, "token-revoked")
            if self._principal.expires_at.timestamp() <= time():
                raise Closing(CloseCode.NOT_AUTHENTICATED, "token-expired")
            await asyncio.sleep(WATCH_SECONDS)

    async def _handle(self, frame: ClientFrame) -> None:
        try:
            match frame:
                case PingFrame():
                    self._queue.put(pong_frame(frame.id))
                case SubscribeFrame():
                    await self._subscribe(frame)
                case UnsubscribeFrame():
                    self._unsubscribe(frame)
                case RefreshFrame():
                    await self._refresh(frame)
                case AuthFrame():
                    self._queue.put(error_frame(frame.id, "already-authenticated", "Use refresh for a new token."))
        except ServiceError as error:
            self._queue.put(error_frame(frame.id, error.code, error.detail))

    async def _subscribe(self, frame: SubscribeFrame) -> None:
        channel = parse_channel(frame.channel, self._principal.account_id)
        if channel.name in self._subscriptions and not self._subscriptions[channel.name].ended:
            self._queue.put(error_frame(frame.id, "already-subscribed", "The channel is subscribed to."))
            return
        if len(self._subscriptions) >= MOST_SUBSCRIPTIONS:
            raise Closing(CloseCode.TOO_MANY_FRAMES, "too-many-subscriptions")
        await require_visible(self._hub.pool, channel, self._principal.account_id)
        subscription = Subscription(channel, self._principal.account_id, self._queue)
        self._subscriptions[channel.name] = subscription
        # Another store's positions mean nothing here.
        position = frame.position if frame.epoch in (None, self._epoch) else None
        try:
            recovered, reached = await self._hub.subscribe(subscription, position)
        except ServiceError:
            self._hub.unsubscribe(subscription)
            del self._subscriptions[channel.name]
            raise
        self._queue.put(ok_frame(frame.id, channel=channel.name, recovered=recovered, position=reached))
        await subscription.catch_up()

    def _unsubscribe(self, frame: UnsubscribeFrame) -> None:
        channel = parse_channel(frame.channel, self._principal.account_id)
        subscription = self._subscriptions.pop(channel.name, None)
        if subscription is None:
            self._queue.put(error_frame(frame.id, "not-subscribed", "The channel is not subscribed to."))
            return
        self._hub.unsubscribe(subscription)
        self._queue.put(ok_frame(frame.id, channel=channel.name))

    async def _refresh(self, frame: RefreshFrame) -> None:
        try:
            principal = await self._verifier.verify(frame.token)
            require_method(principal, "GET")
        except ServiceError as error:
            self._queue.put(error_frame(frame.id, error.code, error.detail))
            return
        if principal.account_id != self._principal.account_id:
            raise Closing(CloseCode.NOT_AUTHENTICATED, "another-account")
        self._principal = principal
        self._queue.put(ok_frame(frame.id))

    def _require_rate(self) -> None:
        now = monotonic()
        if len(self._recent) == FRAMES_PER_SECOND and now - self._recent[0] < 1.0:
            raise Closing(CloseCode.TOO_MANY_FRAMES, "too-many-frames")
        self._recent.append(now)


async def receive_text(socket: WebSocket) -> str:
    """The next text frame.

    Raises:
        WebSocketDisconnect: the client went; Closing: 4400, a binary frame.
    """
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if text is None:
        raise Closing(CloseCode.BAD_FRAME, "bad-frame")
    return str(text)
