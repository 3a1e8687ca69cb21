"""The two loops of a projection: one keeps the build that serves up to date, the other fills a new one beside it."""

import asyncio
from contextlib import suppress

from shared.events import store
from shared.events.consumer import run_consumer
from shared.events.filling import Step, fill_on
from shared.events.handling import FIND_CHECKPOINT, ReaderGone, Source, work_of
from shared.events.projection_states import Live, begin_build, live_builds, remove_retired_rows, retire, try_lock
from shared.events.projections import Build, Projection
from shared.messaging.subjects import PROJECTIONS
from shared.observability.logging import get_logger
from shared.observability.metrics import PROJECTION_LAG
from shared.resilience.endings import end_tasks

log = get_logger()

# Without NATS the table alone tells what is asked for.
LOOK_SECONDS = 5.0


async def keep_serving(projection: Projection, source: Source) -> None:
    """Follow with the build that serves, for ever: after a switch with the next.

    Raises:
        ServiceError: unavailable; the caller runs it again.
    """
    async with source.bus.woken_by(PROJECTIONS) as woken:
        while True:
            woken.clear()
            serving = (await live_builds(source.pool, projection.name)).serving
            if serving is None:
                await _sleep(woken)
                continue
            build = Build(projection, serving[0])
            try:
                if serving[1] <= projection.version:
                    await _follow_while_it_serves(build, source, woken)
                else:
                    # An instance of before cannot fill what a newer one has built, and says how far behind that is.
                    reached = await source.pool.fetch_value(FIND_CHECKPOINT, name=build.name) or 0
                    build.report_lag(source.bus.territory.code, await store.head(source.pool) - reached)
                    await _sleep(woken)
            finally:
                build.forget_lag(source.bus.territory.code)


async def keep_building(projection: Projection, source: Source) -> None:
    """Begin a build where none serves or a new version asks for one, and fill whatever is begun, for ever.

    Raises:
        ServiceError: unavailable; the caller runs it again.
    """
    async with source.bus.woken_by(PROJECTIONS) as woken:
        await remove_retired_rows(source.pool, projection)
        try:
            await _build_on(projection, source, woken)
        finally:
            PROJECTION_LAG.remove_by_labels({"projection": projection.name, "territory": source.bus.territory.code})


async def _build_on(projection: Projection, source: Source, woken: asyncio.Event) -> None:
    while True:
        woken.clear()
        await _begin_if_due(projection, source)
        while (step := await fill_on(projection, source)) is Step.FILLED:
            pass
        if step is Step.SWITCHED:
            await source.bus.publish_hint(PROJECTIONS)
            await remove_retired_rows(source.pool, projection)
        await _sleep(woken)


async def _begin_if_due(projection: Projection, source: Source) -> None:
    """A build that an earlier version began is given up: its rows are of no use."""
    if not _is_due(projection, await live_builds(source.pool, projection.name)):
        return
    async with work_of(source) as work:
        if not await try_lock(work.connection, projection.name):
            return
        live = await live_builds(work.connection, projection.name)
        if not _is_due(projection, live):
            return
        if live.building is not None:
            await retire(work, projection.name, live.building[0])
        number = await begin_build(work, projection)
    log.info("projection.build_begun", projection=projection.name, build=number, version=projection.version)


def _is_due(projection: Projection, live: Live) -> bool:
    newest = live.building or live.serving
    return newest is None or newest[1] < projection.version


async def _follow_while_it_serves(build: Build, source: Source, woken: asyncio.Event) -> None:
    following = asyncio.create_task(run_consumer(build, source), name=f"follow-{build.name}")
    following.add_done_callback(lambda _: woken.set())
    try:
        while not following.done():
            woken.clear()
            serving = (await live_builds(source.pool, build.projection.name)).serving
            if following.done() or serving is None or serving[0] != build.number:
                break
            await _sleep(woken)
    finally:
        await end_tasks([following])
    if not following.cancelled() and (error := following.exception()) and not isinstance(error, ReaderGone):
        raise error


async def _sleep(woken: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_SECONDS):
            await woken.wait()
