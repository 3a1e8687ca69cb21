"""What runs beside the event service's routes: per territory a sealing desk and the group writer."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial, update_wrapper

from services.event.audit.forgetting import keep_forgetting
from services.event.decisions.projection import DECISIONS
from services.event.sealing.feed import Feed
from services.event.sealing.leadership import SealingDesk
from services.event.streams.lookout import Lookout
from shared.database.pool import Pool
from shared.events.group_append import GroupAppender
from shared.events.handling import Source
from shared.events.projecting import keep_building, keep_serving
from shared.events.projections import Projection
from shared.service.application import Worker
from shared.web.resources import Resources

PROJECTIONS: Sequence[Projection] = (DECISIONS,)


async def seal(_: Resources, *, desk: SealingDesk) -> None:
    """Seal, publish and sign for one territory."""
    await desk.run()


def sealing_workers(desks: Iterable[SealingDesk]) -> list[Worker]:
    """A worker for each."""
    return [partial(seal, desk=desk) for desk in desks]


async def write_group(_: Resources, *, appender: GroupAppender) -> None:
    """One territory's writer."""
    await appender.run()


def writing_workers(appenders: Iterable[GroupAppender]) -> list[Worker]:
    """One lane each: this process is short of time, not the server (measured: a tenth more than with two)."""
    return [partial(write_group, appender=appender) for appender in appenders]


async def look_out(_: Resources, *, lookout: Lookout) -> None:
    """Wake those who wait for events of one territory."""
    await lookout.run()


async def end_waiting(_: Resources, *, lookout: Lookout) -> None:
    """Let nobody wait for this instance's end."""
    await lookout.end_on_drain()


def waking_workers(lookouts: Iterable[Lookout]) -> list[Worker]:
    """Both of each."""
    return [partial(work, lookout=lookout) for lookout in lookouts for work in (look_out, end_waiting)]


async def forget(_: Resources, *, pool: Pool, kept: timedelta) -> None:
    """Forget where requests came from, once that is long ago."""
    await keep_forgetting(pool, kept)


def forgetting_workers(pools: Iterable[Pool], days: float) -> list[Worker]:
    """One for each territory."""
    return [partial(forget, pool=pool, kept=timedelta(days=days)) for pool in pools]


def projecting(resources: Resources, code: str, feeds: Mapping[str, Feed]) -> list[Callable[[], Awaitable[None]]]:
    """What a leader does for the projections of one territory: both loops of each, which follow what it seals."""
    bus, keys = resources.buses[code], resources.person_keys[code]
    source = Source(resources.router.pool(code), bus, keys)
    works = []
    for projection in PROJECTIONS:
        follows = replace(source, incoming=feeds[projection.name])
        works += [_named(keep_serving, projection, follows), _named(keep_building, projection, source)]
    return works


def _named(
    work: Callable[[Projection, Source], Awaitable[None]], projection: Projection, source: Source
) -> Callable[[], Awaitable[None]]:
    return update_wrapper(partial(work, projection, source), work)
