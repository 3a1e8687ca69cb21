"""The event side of the community service: it forgets erased persons, and gives back the places of who has left."""

from collections.abc import Sequence
from functools import partial

from services.community.erasure.consumers import COMMUNITY_ERASURE
from services.community.feed.forgetting import keep_forgetting
from services.community.rsvps.consumers import COMMUNITY_RSVPS
from services.community.settings import CommunitySettings
from shared.events.consumer import Consumer, Source, run_consumer
from shared.service.application import Worker
from shared.web.resources import Resources

CONSUMERS = (COMMUNITY_ERASURE, COMMUNITY_RSVPS)


def list_workers(settings: CommunitySettings) -> Sequence[Worker]:
    """Every consumer in every territory, each a loop of its own; and one that forgets past ranks."""
    consumers = [
        partial(_consume, code=code, consumer=consumer) for code in settings.territories for consumer in CONSUMERS
    ]
    return [*consumers, *(partial(_forget, code=code) for code in settings.territories)]


async def _consume(resources: Resources, *, code: str, consumer: Consumer) -> None:
    source = Source(resources.router.pool(code), resources.buses[code], resources.person_keys[code])
    await run_consumer(consumer, source)


async def _forget(resources: Resources, *, code: str) -> None:
    await keep_forgetting(resources.router.pool(code))
