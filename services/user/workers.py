"""The event side of user: the readers of events for each territory."""

from collections.abc import Sequence
from functools import partial

from services.user.erasure.consumers import USER_ERASURE
from services.user.notifications.consumers import USER_NOTIFICATIONS
from services.user.profiles.consumers import USER_PROFILES
from services.user.settings import UserSettings
from shared.events.consumer import Consumer, Source, run_consumer
from shared.service.application import Worker
from shared.web.resources import Resources

CONSUMERS = (USER_PROFILES, USER_ERASURE, USER_NOTIFICATIONS)


def list_workers(settings: UserSettings) -> Sequence[Worker]:
    """Every consumer in every territory, each a loop of its own."""
    return [partial(_consume, code=code, consumer=consumer) for code in settings.territories for consumer in CONSUMERS]


async def _consume(resources: Resources, *, code: str, consumer: Consumer) -> None:
    source = Source(resources.router.pool(code), resources.buses[code], resources.person_keys[code])
    await run_consumer(consumer, source)
