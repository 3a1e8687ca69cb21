"""Every sealed event of a territory, to everyone who subscribed to one of its channels."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.websocket.channels.queries import is_visible
from services.websocket.channels.rules import Channel
from services.websocket.delivery.subscription import Subscription
from services.websocket.protocol.frames import error_frame, event_frame
from shared.database.pool import Pool
from shared.events import store
from shared.events.catalogue.community import MemberLeft
from shared.events.envelope import StoredEvent
from shared.events.follower import EventFollower
from shared.events.person_keys import PersonKeys
from shared.identifiers import Position
from shared.messaging.bus import MessageBus

# A client that was away for longer is told to read anew.
MOST_RECOVERED = 1000


class Hub:
    """The subscriptions of one territory, and where its stream of events has got to."""

    def __init__(self, pool: Pool, bus: MessageBus, person_keys: PersonKeys) -> None:
        self.pool = pool
        self._bus = bus
        self._person_keys = person_keys
        self._by_channel: dict[str, set[Subscription]] = defaultdict(set)
        # The newest position of each channel that someone listens to.
        self._newest: dict[str, int] = {}
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
        """Begin to hold live frames, and collect what was missed since `position`; whether all of it could be.

        The answer also tells the position up to which the client knows all. `catch_up` must follow.
        """
        audience = subscription.channel.audience
        self._by_channel[audience].add(subscription)
        reached = self.position
        if position is None or position > reached:
            subscription.after = max(reached, position or 0)
            await self._learn_newest(audience, reached)
            return position is not None, subscription.after
        missed = await store.read_channel(
            self.pool, audience, after=Position(position), until=reached, most=MOST_RECOVERED + 1
        )
        await self._learn_newest(audience, reached)
        if len(missed) > MOST_RECOVERED:
            subscription.after = reached
            return False, reached
        subscription.after = position
        previous = await store.last_in_channel(self.pool, audience, Position(position))
        frames = await self._frames(subscription.channel, missed, previous)
        subscription.held = deque([*frames, *(subscription.held or ())])
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
            self._newest.pop(audience, None)

    async def _learn_newest(self, audience: str, until: Position) -> None:
        if audience not in self._newest:
            newest = await store.last_in_channel(self.pool, audience, until)
            self._newest[audience] = max(newest, self._newest.get(audience, 0))

    async def _deliver(self, batch: Sequence[StoredEvent]) -> None:
        listened = [event for event in batch if any(channel in self._by_channel for channel in event.audience)]
        shapes = await self._shapes(listened)
        by_id = dict(zip((event.id for event in listened), shapes, strict=True))
        for event in batch:
            for audience in event.audience:
                # Someone may have begun to listen while the batch was being revealed; the store has it for them.
                if audience in self._by_channel and event.id in by_id:
                    self._send(audience, event.position, by_id[event.id])
            self.position = event.position
            if event.type == MemberLeft.type:
                await self._end_unseen(event)

    def _send(self, audience: str, position: Position, shape: dict[str, Any]) -> None:
        previous = self._newest.get(audience, 0)
        self._newest[audience] = max(position, previous)
        frames: dict[str, bytes] = {}
        for subscription in self._by_channel[audience]:
            name = subscription.channel.name
            if name not in frames:
                frames[name] = event_frame(name, position, previous, shape)
            subscription.deliver(position, frames[name])

    async def _end_unseen(self, event: StoredEvent) -> None:
        """Whoever has left sees no more of what only members see."""
        account_id = UUID(event.data["account_id"])
        theirs = [s for subscribed in self._by_channel.values() for s in subscribed if s.account_id == account_id]
        for subscription in theirs:
            if not await is_visible(self.pool, subscription.channel, account_id):
                subscription.ended = True
                self.unsubscribe(subscription)
                detail = f"The channel {subscription.channel.name} can no longer be seen."
                subscription.queue.put(error_frame(None, "subscription-ended", detail))

    async def _frames(self, channel: Channel, events: Sequence[StoredEvent], previous: int) -> list[tuple[int, bytes]]:
        frames: list[tuple[int, bytes]] = []
        for event, shape in zip(events, await self._shapes(events), strict=True):
            frames.append((event.position, event_frame(channel.name, event.position, previous, shape)))
            previous = event.position
        return frames

    async def _shapes(self, events: Sequence[StoredEvent]) -> list[dict[str, Any]]:
        """Events as clients see them: personal fields revealed, nothing of the request that caused them."""
        if not events:
            return []
        revealed = await self._person_keys.reveal(self.pool, events)
        hidden = {"metadata", "position"}
        return [
            {name: value for name, value in event.to_json().items() if name not in hidden} | {"data": data}
            for event, data in zip(events, revealed, strict=True)
        ]
