"""One transaction after another of a build that is being filled, and the last one, in which it takes over."""

import asyncio
from enum import Enum, auto

from shared.database.errors import RetryableConflict
from shared.events import store
from shared.events.consumer import handle_batch
from shared.events.handling import (
    FIND_CHECKPOINT,
    LOCK_CHECKPOINT,
    ReaderGone,
    Source,
    advance,
    require_database,
    work_of,
)
from shared.events.projection_states import live_builds, retire, serve, try_lock
from shared.events.projections import Build, Projection, build_name
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import Position
from shared.observability.logging import get_logger

log = get_logger()

# Measured with `benchmarks/projections.py`.
FILLED_TOGETHER = 2_000
# Around an event that cannot be handled.
LOOKED_THROUGH = 200
FILL_SECONDS = 30.0


class Step(Enum):
    """What became of one transaction."""

    IDLE = auto()
    FILLED = auto()
    SWITCHED = auto()


async def fill_on(projection: Projection, source: Source) -> Step:
    """One transaction more of the build that is being filled, if this instance gets to it.

    Raises:
        ServiceError: unavailable.
    """
    building = (await live_builds(source.pool, projection.name)).building
    if building is None or building[1] != projection.version:
        return Step.IDLE
    build = Build(projection, building[0])
    try:
        async with asyncio.timeout(FILL_SECONDS), work_of(source) as work:
            if not await try_lock(work.connection, projection.name):
                return Step.IDLE
            return await _fill(build, source, work)
    except RetryableConflict:
        return Step.FILLED
    except ReaderGone:
        return Step.IDLE
    except Exception as error:  # noqa: BLE001 (whose fault it was is found one by one)
        await require_database(build, source, error)
        await _fill_one_by_one(build, source)
        return Step.FILLED


async def _fill(build: Build, source: Source, work: UnitOfWork) -> Step:
    # Read anew under the lock: another instance may have switched meanwhile.
    live = await live_builds(work.connection, build.projection.name)
    if live.building is None or live.building[0] != build.number:
        return Step.IDLE
    position = Position(await work.connection.fetch_value(LOCK_CHECKPOINT, name=build.name) or 0)
    reached, count = await _take_in(build, work, position)
    build.report_lag(source.bus.territory.code, await store.head(work.connection) - reached)
    if count == FILLED_TOGETHER:
        return Step.FILLED
    if live.serving is not None:
        await _catch_up(build, work, reached, live.serving[0])
        await retire(work, build.projection.name, live.serving[0])
    await serve(work, build)
    log.info(
        "projection.switched", projection=build.projection.name, build=build.number, version=build.projection.version
    )
    return Step.SWITCHED


async def _catch_up(build: Build, work: UnitOfWork, reached: Position, serving: int) -> None:
    """Up to where the old build is, which stands still from here on: no reader ever sees less than it has seen."""
    name = build_name(build.projection.name, serving)
    target = await work.connection.fetch_value(LOCK_CHECKPOINT, name=name) or 0
    while reached < target:
        reached, _ = await _take_in(build, work, reached)


async def _take_in(build: Build, work: UnitOfWork, after: Position) -> tuple[Position, int]:
    events = await store.read_after(work.connection, after, FILLED_TOGETHER)
    if events:
        await advance(build, work, events)
        after = events[-1].position
    return after, len(events)


async def _fill_one_by_one(build: Build, source: Source) -> None:
    position = await source.pool.fetch_value(FIND_CHECKPOINT, name=build.name)
    batch = await store.read_after(source.pool, Position(position or 0), LOOKED_THROUGH)
    await handle_batch(build, source, batch)
