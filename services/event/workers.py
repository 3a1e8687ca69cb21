"""The event side of the event service: one sealing desk per territory."""

from collections.abc import Iterable
from functools import partial

from services.event.sealing.leadership import SealingDesk
from shared.service.application import Worker
from shared.web.resources import Resources


async def seal(_: Resources, *, desk: SealingDesk) -> None:
    """Seal, publish and sign for one territory."""
    await desk.run()


def sealing_workers(desks: Iterable[SealingDesk]) -> list[Worker]:
    """A worker for each."""
    return [partial(seal, desk=desk) for desk in desks]
