"""The event side of the community service: it forgets what erased persons wrote."""

from collections.abc import Sequence
from functools import partial

from services.community.erasure.consumers import COMMUNITY_ERASURE
from services.community.settings import CommunitySettings
from shared.events.consumer import Source, run_consumer
from shared.service.application import Worker
from shared.web.resources import Resources


def list_workers(settings: CommunitySettings) -> Sequence[Worker]:
    """One for each territory."""
    return [partial(_forget, code=code) for code in settings.territories]


async def _forget(resources: Resources, *, code: str) -> None:
    source = Source(resources.router.pool(code), resources.buses[code], resources.person_keys[code])
    await run_consumer(COMMUNITY_ERASURE, source)
