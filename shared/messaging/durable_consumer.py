"""A JetStream pull consumer: durable by name, or for the life of one process."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from shared.messaging.bus import MessageBus
from shared.messaging.errors import BusUnavailable
from shared.messaging.subjects import STREAM, all_events

BATCH = 200
ACK_WAIT_SECONDS = 30.0
# A consumer that nobody pulls from is forgotten by the server after this time; its checkpoint is in the database.
INACTIVE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message's body, and the message to acknowledge."""

    body: bytes
    _message: Msg

    async def acknowledge(self) -> None:
        """Tell the server that it need not come again; lost acknowledgements only cost a redelivery."""
        with suppress(NatsError, OSError):
            await self._message.ack()


class PullConsumer:
    """Fetches with a deadline of its own; after any failure it subscribes anew."""

    def __init__(self, bus: MessageBus, durable: str | None) -> None:
        self._bus = bus
        self._durable = durable
        self._subscription: JetStreamContext.PullSubscription | None = None

    async def fetch(self, timeout_seconds: float) -> Sequence[Delivery]:
        """What has come, at most 200 messages, as soon as one has; empty when none came in time.

        One first and then what waits behind it: a pull for many would wait for its batch to fill.

        Raises:
            BusUnavailable: not reachable, or the stream is gone.
        """
        try:
            subscription = await self._subscribed()
            messages = await asyncio.wait_for(subscription.fetch(1, timeout=timeout_seconds), timeout_seconds + 1)
            if waiting := min(messages[0].metadata.num_pending, BATCH - 1):
                messages += await asyncio.wait_for(
                    subscription.fetch(waiting, timeout=timeout_seconds), timeout_seconds + 1
                )
            return [Delivery(message.data, message) for message in messages]
        except TimeoutError:
            return ()
        except (NatsError, OSError) as error:
            await self.close()
            raise BusUnavailable from error

    async def close(self) -> None:
        """Forget the subscription; the durable itself stays on the server."""
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            try:
                await subscription.unsubscribe()
            except (NatsError, OSError):
                return

    async def _subscribed(self) -> JetStreamContext.PullSubscription:
        if self._subscription is None:
            config = ConsumerConfig(
                durable_name=self._durable,
                ack_policy=AckPolicy.EXPLICIT if self._durable else AckPolicy.NONE,
                ack_wait=ACK_WAIT_SECONDS,
                deliver_policy=DeliverPolicy.ALL if self._durable else DeliverPolicy.NEW,
                inactive_threshold=INACTIVE_SECONDS,
            )
            self._subscription = await self._bus.jetstream().pull_subscribe(
                all_events(self._bus.territory), durable=self._durable, stream=STREAM, config=config
            )
        return self._subscription
