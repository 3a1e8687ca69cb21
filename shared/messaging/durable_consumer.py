"""A JetStream pull consumer: durable by name, or for the life of one process."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from nats.aio.msg import Msg
from nats.errors import TimeoutError as NothingCame
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from shared.messaging.bus import MessageBus
from shared.messaging.errors import BusUnavailable, translated
from shared.messaging.subjects import STREAM, all_events

BATCH = 200
ACK_WAIT_SECONDS = 30.0
HEARTBEAT_SECONDS = 0.5
# nats-py's own deadline has failed to end a fetch after a reconnect (nats.go#1729 and others): this one ends it.
GRACE_SECONDS = 1.0
# A consumer that nobody pulls from is forgotten by the server after this time; its checkpoint is in the database.
INACTIVE_SECONDS = 600.0


class PullConsumer:
    """Brings what is published from now on; what was before is the store's to tell. After a failure it begins anew."""

    def __init__(self, bus: MessageBus, durable: str | None) -> None:
        self._bus = bus
        self._durable = durable
        self._subscription: JetStreamContext.PullSubscription | None = None
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
            with translated():
                messages = await self._pull_all(await self._subscribed(), timeout_seconds)
        except BusUnavailable:
            await self.close()
            raise
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

    async def _pull_all(self, subscription: JetStreamContext.PullSubscription, seconds: float) -> list[Msg]:
        """One first and then what waits behind it: a pull for many would wait for its batch to fill."""
        try:
            messages = await self._pull(subscription, 1, seconds)
            if waiting := min(messages[0].metadata.num_pending, BATCH - 1):
                with suppress(NothingCame):
                    messages += await self._pull(subscription, waiting, seconds)
        except NothingCame:
            return []
        return messages

    async def _pull(self, subscription: JetStreamContext.PullSubscription, most: int, seconds: float) -> list[Msg]:
        heartbeat = HEARTBEAT_SECONDS if seconds > 2 * HEARTBEAT_SECONDS else None
        async with asyncio.timeout(seconds + GRACE_SECONDS):
            messages: list[Msg] = await subscription.fetch(most, timeout=seconds, heartbeat=heartbeat)
            return messages

    async def _subscribed(self) -> JetStreamContext.PullSubscription:
        if self._subscription is None:
            config = ConsumerConfig(
                durable_name=self._durable,
                ack_policy=AckPolicy.ALL if self._durable else AckPolicy.NONE,
                ack_wait=ACK_WAIT_SECONDS,
                deliver_policy=DeliverPolicy.NEW,
                inactive_threshold=INACTIVE_SECONDS,
            )
            with translated():
                self._subscription = await self._bus.jetstream().pull_subscribe(
                    all_events(self._bus.territory), durable=self._durable, stream=STREAM, config=config
                )
        return self._subscription
