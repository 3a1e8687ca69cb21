"""Every sealed event of a territory, to everyone who subscribed to one of its channels."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.websocket.channels.queries import is_visible
from services.websocket.delivery.subscription import Shape, Subscription
from services.websocket.protocol.frames import error_frame
from shared.database.pool import Pool
from shared.errors import ServiceError
from shared.events import store
from shared.events.catalogue.community import MemberLeft
from shared.events.envelope import StoredEvent
from shared.events.follower import EventFollower
from shared.events.person_keys import PersonKeys
from shared.events.upcasting import newest_known
from shared.identifiers import Position
from shared.messaging.bus import MessageBus
from shared.observability.logging import get_logger

log = get_logger()

# A client that was away for longer is told to read anew.
MOST_RECOVERED = 1000
_HIDDEN = frozenset({"metadata", "position"})


class Hub:
    """The subscriptions of one territory, and where its stream of events has got to."""

    def __init__(self, pool: Pool, bus: MessageBus, person_keys: PersonKeys) -> None:
        self.pool = pool
        self._bus = bus
        self._person_keys = person_keys
        self._by_channel: dict[str, set[Subscription]] = defaultdict(set)
        self.position = Position(0)
        self.is_following = asyncio.Event()

    async def run(self) -> None:
        """Follow for ever, from the head or from where it was interrupted.

        Raises:
            ServiceError: unavailable; the caller runs it again, and nothing is skipped.
        """
        if not self.is_following.is_set():
            self.position = await store.head(self.pool)
            self.is_following.set()
        follower = EventFollower(self.pool, self._bus, durable=None)
        async for batch in follower.batches(self.position):
            await self._deliver(batch)

    async def subscribe(self, subscription: Subscription, position: int | None) -> tuple[bool, int]:
        """Hold live events from now on, and collect what was missed since `position`; whether all of it could be.

        The answer also tells the position up to which the client knows all. `catch_up` must follow.
        """
        audience = subscription.channel.audience
        self._by_channel[audience].add(subscription)
        reached = self.position
        if position is None or position > await store.head(self.pool):
            subscription.begin(reached, await self._last(audience, reached))
            return False, reached
        if position > reached:
            # The client has read what has not come by here yet.
            subscription.begin(position, await self._last(audience, position))
            return True, position
        missed = await store.read_channel(
            self.pool, audience, after=Position(position), until=reached, most=MOST_RECOVERED + 1
        )
        if len(missed) > MOST_RECOVERED:
            subscription.begin(reached, await self._last(audience, reached))
            return False, reached
        shapes = await self._shapes(missed)
        events = [(event.position, shape) for event, shape in zip(missed, shapes, strict=True)]
        subscription.begin(position, await self._last(audience, position), events)
        return True, reached

    def unsubscribe(self, subscription: Subscription) -> None:
        """Deliver nothing more to it."""
        audience = subscription.channel.audience
        subscribed = self._by_channel.get(audience)
        if subscribed is None:
            return
        subscribed.discard(subscription)
        if not subscribed:
            del self._by_channel[audience]

    async def _last(self, audience: str, until: int) -> int:
        return await store.last_in_channel(self.pool, audience, Position(until))

    async def _deliver(self, batch: Sequence[StoredEvent]) -> None:
        listened = [event for event in batch if self._has_listener(event)]
        shapes = dict(zip((event.id for event in listened), await self._shapes(listened), strict=True))
        for event in batch:
            while self._has_listener(event) and event.id not in shapes:
                # Someone began to listen meanwhile. Nothing waits between this check and the new position below.
                (shapes[event.id],) = await self._shapes([event])
            self._send(event, shapes.get(event.id, {}))
            self.position = event.position
            if event.type == MemberLeft.type:
                # No service of ours leaves one that cannot be read.
                with suppress(ValidationError):
                    await self._end_unseen(MemberLeft.model_validate(event.data).account_id)

    def _has_listener(self, event: StoredEvent) -> bool:
        return any(audience in self._by_channel for audience in event.audience)

    def _send(self, event: StoredEvent, shape: Shape) -> None:
        frames: dict[tuple[str, int], bytes] = {}
        for audience in event.audience:
            for subscription in self._by_channel.get(audience, ()):
                subscription.deliver(event.position, shape, frames)

    async def _end_unseen(self, account_id: UUID) -> None:
        """Whoever has left sees no more of what only members see."""
        theirs = [s for subscribed in self._by_channel.values() for s in subscribed if s.account_id == account_id]
        for subscription in theirs:
            if not await is_visible(self.pool, subscription.channel, account_id):
                subscription.ended = True
                self.unsubscribe(subscription)
                detail = f"The channel {subscription.channel.name} can no longer be seen."
                subscription.queue.put(error_frame(None, "subscription-ended", detail))

    async def _shapes(self, events: Sequence[StoredEvent]) -> list[Shape]:
        """Events as clients see them: revealed, in the newest form, nothing of the request that caused them.

        One that cannot be read is a bare envelope: it holds nobody up, and leaves no gap in its channel.
        """
        if not events:
            return []
        try:
            revealed = await self._person_keys.reveal(self.pool, events)
            return [_shape(event, data) for event, data in zip(events, revealed, strict=True)]
        except ServiceError:
            raise
        except Exception:
            if len(events) > 1:
                return [shape for event in events for shape in await self._shapes([event])]
            log.exception("event.unreadable", position=events[0].position)
            return [{**_envelope(events[0]), "data": {}}]


def _shape(event: StoredEvent, data: Mapping[str, Any]) -> Shape:
    version, current = newest_known(event.type, event.schema_version, data)
    return {**_envelope(event), "schema_version": version, "data": current}


def _envelope(event: StoredEvent) -> Shape:
    return {name: value for name, value in event.to_json().items() if name not in _HIDDEN}
