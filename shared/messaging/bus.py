"""One NATS connection of one territory's account."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Self

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from typing_extensions import override

from shared.messaging.errors import BusUnavailable, translated
from shared.messaging.streams import ACKNOWLEDGE_SECONDS, EventStream, LastMessage, Outgoing
from shared.messaging.subjects import hint_subject
from shared.observability.logging import get_logger
from shared.observability.metrics import BUS_CONNECTED, HINTS_DROPPED
from shared.resilience.endings import end_tasks
from shared.territory.territory import Territory

__all__ = ["LastMessage", "MessageBus", "Outgoing"]

log = get_logger()

CONNECT_SECONDS = 2
RECONNECT_SECONDS = 0.5
# A server that stopped answering without closing the connection is noticed after two missed pings.
PING_SECONDS = 5
MISSED_PINGS = 2
# What waits for a server that reads slowly; more is refused.
PENDING_BYTES = 4 << 20
HINT_SECONDS = 0.05
# Between two hints of a name that are given again and again; whoever listens looks at all there is.
HINT_REST_SECONDS = 0.01

Callback = Callable[[], Awaitable[None]]


class MessageBus:
    """Connects in the background and for ever; nobody waits for it.

    `last_error` is what last went wrong since it was connected, empty when nothing did.
    """

    def __init__(self, territory: Territory, url: str, name: str) -> None:
        self.territory = territory
        self._url = url
        self._name = name
        self._client: Client | None = None
        self._jetstream: JetStreamContext | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        self._callbacks: list[tuple[str, Callback]] = []
        self._sleepers: dict[str, set[asyncio.Event]] = {}
        self._hinting: dict[str, asyncio.Task[None]] = {}
        self._wanted_hints: set[str] = set()
        self.last_error = ""
        self._events = EventStream(territory, self.client, self.jetstream)

    async def __aenter__(self) -> Self:
        self._connecting = asyncio.create_task(self._stay_connected(), name=f"nats-{self.territory.slug}")
        return self

    async def __aexit__(self, *_: object) -> None:
        await end_tasks(self._hinting.values())
        if self._connecting is not None:
            await end_tasks([self._connecting])
        if self._client is not None:
            with suppress(BusUnavailable), translated():
                await self._client.close()

    @property
    def is_connected(self) -> bool:
        """Whether NATS can be reached now."""
        return self._client is not None and self._client.is_connected

    async def wait_connected(self) -> None:
        """Return once connected."""
        await self._connected.wait()

    async def on_hint(self, name: str, callback: Callback) -> None:
        """Call back at each hint of that name, from the next connection on at the latest."""
        self._callbacks.append((name, callback))
        if self._client is not None:
            await self._client.subscribe(hint_subject(self.territory, name), cb=_calling(callback))

    @asynccontextmanager
    async def woken_by(self, name: str) -> AsyncIterator[asyncio.Event]:
        """What each hint of that name sets, for the length of the block."""
        woken = asyncio.Event()
        is_first = name not in self._sleepers
        sleepers = self._sleepers.setdefault(name, set())
        sleepers.add(woken)

        async def wake() -> None:
            for sleeper in sleepers:
                sleeper.set()

        try:
            if is_first:
                # Without a connection it counts from the next one on.
                with suppress(BusUnavailable), translated():
                    await self.on_hint(name, wake)
            yield woken
        finally:
            sleepers.discard(woken)

    async def publish_hint(self, name: str) -> None:
        """Wake those who listen; dropped and counted when NATS is away or does not read."""
        try:
            with translated():
                async with asyncio.timeout(HINT_SECONDS):
                    await self.client().publish(hint_subject(self.territory, name))
        except BusUnavailable:
            HINTS_DROPPED.labels(self.territory.code).inc()

    def hint_soon(self, name: str) -> None:
        """As `publish_hint`, for who gives many and waits for none: at once, or 10 ms after the one before."""
        self._wanted_hints.add(name)
        if name not in self._hinting:
            self._hinting[name] = asyncio.create_task(self._hint_while_wanted(name))

    async def _hint_while_wanted(self, name: str) -> None:
        try:
            while name in self._wanted_hints:
                self._wanted_hints.discard(name)
                await self.publish_hint(name)
                await asyncio.sleep(HINT_REST_SECONDS)
        finally:
            del self._hinting[name]

    def client(self) -> Client:
        """The connection itself.

        Raises:
            BusUnavailable: not connected.
        """
        if self._client is None or not self._client.is_connected:
            raise BusUnavailable
        return self._client

    def jetstream(self) -> JetStreamContext:
        """JetStream of the territory's account, one context for as long as the client lives.

        Raises:
            BusUnavailable: not connected.
        """
        client = self.client()
        if self._jetstream is None:
            self._jetstream = client.jetstream(timeout=ACKNOWLEDGE_SECONDS)
        return self._jetstream

    async def ensure_stream(self) -> None:
        """See `EventStream.ensure`."""
        await self._events.ensure()

    async def last_message(self) -> LastMessage | None:
        """See `EventStream.last_message`."""
        return await self._events.last_message()

    async def newest_messages(self, most: int) -> list[bytes]:
        """See `EventStream.newest`."""
        return await self._events.newest(most)

    async def discard_stream(self) -> None:
        """See `EventStream.discard`."""
        await self._events.discard()

    async def publish_window(self, messages: Sequence[Outgoing], last_sequence: int) -> int:
        """See `EventStream.publish_window`."""
        return await self._events.publish_window(messages, last_sequence)

    async def _stay_connected(self) -> None:
        """nats-py reconnects by itself, but gives up for good when the server refuses it once."""
        while True:
            is_closed = asyncio.Event()
            try:
                with translated():
                    client = await self._connect(is_closed)
                    for name, callback in self._callbacks:
                        await client.subscribe(hint_subject(self.territory, name), cb=_calling(callback))
            except BusUnavailable as error:
                await self._on_error(error)
            else:
                self._client, self._jetstream = client, None
                await self._on_connected()
                await is_closed.wait()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _connect(self, is_closed: asyncio.Event) -> Client:
        client = _LeanClient()

        async def on_closed() -> None:
            is_closed.set()

        async def on_error(error: Exception) -> None:
            await self._on_error(error)
            # nats-py leaves a connection open that failed before it was one, and makes the next.
            unfinished = client._transport  # noqa: SLF001 (it has no other name)
            if unfinished is not None and not client.is_connected:
                unfinished.close()  # type: ignore[no-untyped-call]  # the library's

        try:
            await client.connect(
                self._url,
                name=self._name,
                connect_timeout=CONNECT_SECONDS,
                reconnect_time_wait=RECONNECT_SECONDS,  # type: ignore[arg-type]  # any number of seconds will do
                max_reconnect_attempts=-1,
                ping_interval=PING_SECONDS,
                max_outstanding_pings=MISSED_PINGS,
                pending_size=PENDING_BYTES,
                error_cb=on_error,
                disconnected_cb=self._on_disconnected,
                reconnected_cb=self._on_connected,
                closed_cb=on_closed,
            )
        except BaseException:
            await client.close()
            raise
        return client

    async def _on_connected(self) -> None:
        BUS_CONNECTED.labels(self.territory.code).set(1)
        self.last_error = ""
        self._connected.set()
        log.info("bus.connected", territory=self.territory.code)

    async def _on_disconnected(self) -> None:
        BUS_CONNECTED.labels(self.territory.code).set(0)
        if self._connected.is_set():
            self._connected.clear()
            log.warning("bus.disconnected", territory=self.territory.code)

    async def _on_error(self, error: Exception) -> None:
        """Each kind of error once until the next connection; nats-py tells every failed attempt."""
        cause = repr(error.__cause__ or error)
        if cause != self.last_error:
            self.last_error = cause
            log.warning("bus.failed", territory=self.territory.code, error=cause)


class _LeanClient(Client):
    """Reads the headers of a message in a sixth of the time: the library looks at each character of each name."""

    @override
    @staticmethod
    def _parse_header_lines(raw: bytes) -> dict[str, str]:
        fields = (line.partition(":") for line in raw.decode("utf-8", "replace").split("\r\n"))
        return {name.strip(): value.strip() for name, separator, value in fields if separator}


def _calling(callback: Callback) -> Callable[[Msg], Awaitable[None]]:
    async def call(_: Msg) -> None:
        try:
            await callback()
        except Exception as error:  # noqa: BLE001 (the edge: nats-py would end nothing, and tell nobody)
            log.warning("hint.handling_failed", error=repr(error))

    return call
