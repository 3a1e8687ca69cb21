"""One NATS connection of one territory's account."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, NotFoundError

from shared.messaging.errors import BusUnavailable, WrongLastSequence
from shared.messaging.subjects import (
    EXPECTED_SEQUENCE_HEADER,
    MESSAGE_ID_HEADER,
    POSITION_HEADER,
    STREAM,
    all_events,
    event_subject,
    hint_subject,
)
from shared.observability.logging import get_logger
from shared.observability.metrics import BUS_CONNECTED, HINTS_DROPPED
from shared.territory.territory import Territory

log = get_logger()

CONNECT_SECONDS = 2
RECONNECT_SECONDS = 0.5
ACKNOWLEDGE_SECONDS = 5.0
WINDOW = 256
DEDUPLICATION_SECONDS = 120.0
KEPT_SECONDS = 7 * 24 * 3600.0
KEPT_BYTES = 1 << 30
WRONG_LAST_SEQUENCE = 10071

Callback = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A sealed event on its way to the stream."""

    event_id: str
    event_type: str
    position: int
    body: bytes


class MessageBus:
    """Connects in the background and for ever; nobody waits for it."""

    def __init__(self, territory: Territory, url: str, name: str) -> None:
        self.territory = territory
        self._url = url
        self._name = name
        self._client: Client | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        self._callbacks: list[tuple[str, Callback]] = []

    async def __aenter__(self) -> Self:
        self._connecting = asyncio.create_task(self._connect(), name=f"nats-{self.territory.slug}")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
            with suppress(asyncio.CancelledError):
                await self._connecting
        if self._client is not None:
            with suppress(NatsError, OSError, TimeoutError):
                await self._client.close()

    @property
    def is_connected(self) -> bool:
        """Whether NATS can be reached now."""
        return self._client is not None and self._client.is_connected

    async def wait_connected(self) -> None:
        """Return once connected."""
        await self._connected.wait()

    def on_hint(self, name: str, callback: Callback) -> None:
        """Call back at each hint of that name; before the bus is entered."""
        self._callbacks.append((name, callback))

    async def publish_hint(self, name: str) -> None:
        """Wake those who listen; dropped and counted when NATS is away."""
        client = self._client
        if client is None or not client.is_connected:
            HINTS_DROPPED.labels(self.territory.code).inc()
            return
        with suppress(NatsError, OSError):
            await client.publish(hint_subject(self.territory, name))

    def client(self) -> Client:
        """The connection itself.

        Raises:
            BusUnavailable: not connected.
        """
        if self._client is None or not self._client.is_connected:
            raise BusUnavailable
        return self._client

    def jetstream(self) -> JetStreamContext:
        """JetStream of the territory's account.

        Raises:
            BusUnavailable: not connected.
        """
        return self.client().jetstream(timeout=ACKNOWLEDGE_SECONDS)

    async def ensure_stream(self) -> None:
        """Make the stream when it is not there; its copy of the store may be lost at any time.

        Raises:
            BusUnavailable: not reachable.
        """
        config = StreamConfig(
            name=STREAM,
            subjects=[all_events(self.territory)],
            storage=StorageType.FILE,
            discard=DiscardPolicy.OLD,
            max_age=KEPT_SECONDS,
            max_bytes=KEPT_BYTES,
            duplicate_window=DEDUPLICATION_SECONDS,
            allow_direct=True,
        )
        js = self.jetstream()
        try:
            try:
                await js.stream_info(STREAM)
            except NotFoundError:
                await js.add_stream(config)
        except (NatsError, OSError, TimeoutError) as error:
            raise BusUnavailable from error

    async def last_message(self) -> tuple[int, int] | None:
        """Sequence and event position of the stream's last message; None when it is empty. Makes the stream if absent.

        Raises:
            BusUnavailable: not reachable.
        """
        await self.ensure_stream()
        js = self.jetstream()
        try:
            info = await js.stream_info(STREAM)
            if info.state.messages == 0:
                return (info.state.last_seq, 0) if info.state.last_seq else None
            message = await js.get_msg(STREAM, seq=info.state.last_seq)
        except (NatsError, OSError, TimeoutError) as error:
            raise BusUnavailable from error
        return info.state.last_seq, int((message.headers or {}).get(POSITION_HEADER, 0))

    async def publish_window(self, messages: Sequence[Outgoing], last_sequence: int) -> int:
        """Publish in order, up to 256 unacknowledged at a time; the stream's last sequence after them.

        Each carries the sequence predicted before it, so that two publishers cannot interleave.

        Raises:
            WrongLastSequence: the prediction was wrong; ask `last_message` and go on from there.
            BusUnavailable: not reachable; what was sent is deduplicated by event id.
        """
        js = self.jetstream()
        for start in range(0, len(messages), WINDOW):
            window = messages[start : start + WINDOW]
            await self._publish(js, window, last_sequence)
            last_sequence += len(window)
        return last_sequence

    async def _publish(self, js: JetStreamContext, window: Sequence[Outgoing], last_sequence: int) -> None:
        try:
            acknowledgements = [
                await js.publish_async(
                    event_subject(self.territory, message.event_type),
                    message.body,
                    headers={
                        MESSAGE_ID_HEADER: message.event_id,
                        POSITION_HEADER: str(message.position),
                        EXPECTED_SEQUENCE_HEADER: str(last_sequence + offset),
                    },
                )
                for offset, message in enumerate(window)
            ]
            outcomes = await asyncio.wait_for(
                asyncio.gather(*acknowledgements, return_exceptions=True), ACKNOWLEDGE_SECONDS
            )
        except (NatsError, OSError, TimeoutError) as error:
            raise BusUnavailable from error
        for outcome in outcomes:
            if isinstance(outcome, APIError) and outcome.err_code == WRONG_LAST_SEQUENCE:
                raise WrongLastSequence
            if isinstance(outcome, BaseException):
                raise BusUnavailable from outcome

    async def _connect(self) -> None:
        while True:
            try:
                self._client = await nats.connect(
                    self._url,
                    name=self._name,
                    connect_timeout=CONNECT_SECONDS,
                    reconnect_time_wait=RECONNECT_SECONDS,
                    max_reconnect_attempts=-1,
                    error_cb=_ignore,
                    disconnected_cb=self._on_disconnected,
                    reconnected_cb=self._on_connected,
                )
                break
            except (NatsError, OSError, TimeoutError):
                await asyncio.sleep(RECONNECT_SECONDS)
        for name, callback in self._callbacks:
            await self._client.subscribe(hint_subject(self.territory, name), cb=_calling(callback))
        await self._on_connected()

    async def _on_connected(self) -> None:
        BUS_CONNECTED.labels(self.territory.code).set(1)
        self._connected.set()
        log.info("bus.connected", territory=self.territory.code)

    async def _on_disconnected(self) -> None:
        BUS_CONNECTED.labels(self.territory.code).set(0)
        if self._connected.is_set():
            self._connected.clear()
            log.warning("bus.disconnected", territory=self.territory.code)


def _calling(callback: Callback) -> Callable[[Msg], Awaitable[None]]:
    async def call(_: Msg) -> None:
        await callback()

    return call


async def _ignore(_: Exception) -> None:
    """Every lost connection is told once, by `_on_disconnected`; nats-py tells each failed attempt."""
