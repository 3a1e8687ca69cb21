"""A JetStream pull consumer: durable by name, or for the life of one process."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

import orjson
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.api import AckPolicy, ConsumerConfig, ConsumerInfo, DeliverPolicy, Header, StatusCode
from nats.js.errors import NotFoundError

from shared.messaging.bus import MessageBus
from shared.messaging.errors import BusUnavailable, translated
from shared.messaging.subjects import STREAM, all_events

BATCH = 200
ACK_WAIT_SECONDS = 30.0
# A consumer that nobody pulls from is forgotten by the server after this time; its checkpoint is in the database.
INACTIVE_SECONDS = 600.0
# Beyond its time a pull is taken for lost.
SLACK_SECONDS = 0.25
# Source of the form: JetStream wire API, CONSUMER.MSG.NEXT.
_NEXT = "$JS.API.CONSUMER.MSG.NEXT"
# How a pull ends that was not filled.
_OVER = {StatusCode.NO_MESSAGES, StatusCode.REQUEST_TIMEOUT}


class PullConsumer:
    """Brings what is published from now on; what was before is the store's to tell. After a failure it begins anew.

    It has one pull open for many messages, and takes them as they come. Not by nats-py's `fetch`, which makes a task
    for each message and can only wait until a batch is full or over (measured: 18 µs a message instead of 6).
    """

    def __init__(self, bus: MessageBus, durable: str | None) -> None:
        self._bus = bus
        self._durable = durable
        self._subscription: Subscription | None = None
        self._asking = ""
        self._arrived: deque[Msg] = deque()
        self._has_news = asyncio.Event()
        # The newest pull: its number, how many messages may still come of it, and when it is over at the latest.
        self._pull = 0
        self._open = 0
        self._open_until = 0.0
        self._fault: str | None = None
        self._last: Msg | None = None

    async def prepare(self) -> None:
        """Subscribe, if NATS is there."""
        with suppress(BusUnavailable):
            await self._subscribed()

    async def fetch(self, timeout_seconds: float) -> Sequence[bytes]:
        """The bodies that have come, at most 200, as soon as there is one; empty when none came in time.

        Raises:
            BusUnavailable: not reachable, or the stream is gone.
        """
        try:
            inbox = (await self._subscribed()).subject.removesuffix(".*")
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout_seconds):
                    await self._wait_for_one(inbox, timeout_seconds)
        except BusUnavailable:
            await self.close()
            raise
        if not self._arrived and self._fault is not None:
            await self.close()
            raise BusUnavailable(self._fault)
        messages = [self._arrived.popleft() for _ in range(min(len(self._arrived), BATCH))]
        self._last = messages[-1] if messages else None
        return [message.data for message in messages]

    async def acknowledge(self) -> None:
        """All that was fetched need not come again; a lost acknowledgement only costs a redelivery."""
        last, self._last = self._last, None
        if last is not None and self._durable is not None:
            with suppress(BusUnavailable), translated():
                await last.ack()

    async def close(self) -> None:
        """Forget the subscription; the durable itself stays on the server."""
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            with suppress(BusUnavailable), translated():
                await subscription.unsubscribe()

    async def _wait_for_one(self, inbox: str, seconds: float) -> None:
        while not self._arrived and self._fault is None:
            self._has_news.clear()
            # What was asked for may have been lost on the way, or with the server.
            if self._open <= 0 or monotonic() > self._open_until:
                self._pull += 1
                self._open, self._open_until = BATCH, monotonic() + seconds + SLACK_SECONDS
                request = orjson.dumps({"batch": BATCH, "expires": int(seconds * 1e9)})
                with translated():
                    await self._bus.client().publish(self._asking, request, reply=f"{inbox}.{self._pull}")
            await self._has_news.wait()

    async def _take(self, message: Msg) -> None:
        status = message.headers.get(Header.STATUS) if message.headers else None
        if status is None:
            self._arrived.append(message)
            self._open -= 1
        elif status not in _OVER:
            self._fault = f"{status} {(message.headers or {}).get(Header.DESCRIPTION)}"
        elif message.subject.endswith(f".{self._pull}"):
            self._open = 0
        self._has_news.set()

    async def _subscribed(self) -> Subscription:
        if self._subscription is None:
            with translated():
                name = (await self._made()).name
                client = self._bus.client()
                self._asking = f"{_NEXT}.{STREAM}.{name}"
                self._arrived.clear()
                self._open, self._fault = 0, None
                self._subscription = await client.subscribe(f"{client.new_inbox()}.*", cb=self._take)
        return self._subscription

    async def _made(self) -> ConsumerInfo:
        js = self._bus.jetstream()
        found: ConsumerInfo
        if self._durable is not None:
            with suppress(NotFoundError):
                found = await js.consumer_info(STREAM, self._durable)
                return found
        config = ConsumerConfig(
            durable_name=self._durable,
            filter_subject=all_events(self._bus.territory),
            ack_policy=AckPolicy.ALL if self._durable else AckPolicy.NONE,
            ack_wait=ACK_WAIT_SECONDS,
            deliver_policy=DeliverPolicy.NEW,
            inactive_threshold=INACTIVE_SECONDS,
        )
        found = await js.add_consumer(STREAM, config)
        return found
