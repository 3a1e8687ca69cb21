"""What runs beside the event service's routes: per territory a sealing desk and the lanes of the group writer."""

from collections.abc import Iterable
from functools import partial

from services.event.sealing.leadership import SealingDesk
from services.event.streams.lookout import Lookout
from shared.events.group_append import LANES, GroupAppender
from shared.service.application import Worker
from shared.web.resources import Resources


async def seal(_: Resources, *, desk: SealingDesk) -> None:
    """Seal, publish and sign for one territory."""
    await desk.run()


def sealing_workers(desks: Iterable[SealingDesk]) -> list[Worker]:
    """A worker for each."""
    return [partial(seal, desk=desk) for desk in desks]


async def write_group(_: Resources, *, appender: GroupAppender) -> None:
    """One lane of one territory's writer."""
    await appender.run()


def writing_workers(appenders: Iterable[GroupAppender]) -> list[Worker]:
    """All lanes of all."""
    return [partial(write_group, appender=appender) for appender in appenders for _ in range(LANES)]


async def look_out(_: Resources, *, lookout: Lookout) -> None:
    """Wake those who wait for events of one territory."""
    await lookout.run()


async def end_waiting(_: Resources, *, lookout: Lookout) -> None:
    """Let nobody wait for this instance's end."""
    await lookout.end_on_drain()


def waking_workers(lookouts: Iterable[Lookout]) -> list[Worker]:
    """Both of each."""
    return [partial(work, lookout=lookout) for lookout in lookouts for work in (look_out, end_waiting)]
