"""The states of a projection's builds: begun, switched, retired, removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Table, bindparam, delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import Statement, compiled
from shared.events.handling import LOCK_CHECKPOINT
from shared.events.projections import Build, Projection, build_name
from shared.events.tables import checkpoints, parked_events, projections
from shared.events.unit_of_work import UnitOfWork

# Rows of a retired build that are removed in one statement.
REMOVED_TOGETHER = 10_000

_builds = projections.c
_OF_PROJECTION = _builds.name == bindparam("name")
_LIVE = compiled(
    select(_builds.build, _builds.version, _builds.state).where(
        _OF_PROJECTION, _builds.state.in_([literal_column("'building'"), literal_column("'serving'")])
    )
)
# Held until the transaction ends: two instances begin no two builds, and fill no build at the same time.
_TRY_LOCK = compiled(select(func.pg_try_advisory_xact_lock(func.hashtextextended(bindparam("name"), 0))))
_NEXT = compiled(select(func.coalesce(func.max(_builds.build), 0) + 1).where(_OF_PROJECTION))
_BEGIN = compiled(
    insert(projections)
    .values(name=bindparam("name"), build=bindparam("build"), version=bindparam("version"), state="building")
    .on_conflict_do_nothing()
)
_MAKE_CHECKPOINT = compiled(insert(checkpoints).values(consumer=bindparam("name"), position=0))
_SET_STATE = (
    update(projections)
    .where(_OF_PROJECTION, _builds.build == bindparam("number", type_=BigInteger))
    .values(state=bindparam("state"))
)
_RETIRE = compiled(_SET_STATE)
_SERVE = compiled(_SET_STATE.values(switched_at=func.now()))
_END_CHECKPOINT = compiled(delete(checkpoints).where(checkpoints.c.consumer == bindparam("name")))
_FORGET_PARKED = compiled(delete(parked_events).where(parked_events.c.consumer == bindparam("name")))
_RETIRED = compiled(
    select(_builds.build).where(_OF_PROJECTION, _builds.state == "retired").order_by(_builds.build.desc())
)


@dataclass(frozen=True, slots=True)
class Live:
    """The builds that are kept up: by state, with the version that each was begun in."""

    serving: tuple[int, int] | None
    building: tuple[int, int] | None


async def live_builds(source: Pool | Connection, projection: str) -> Live:
    """What serves and what is being built now."""
    found = {row["state"]: (row["build"], row["version"]) for row in await source.fetch(_LIVE, name=projection)}
    return Live(found.get("serving"), found.get("building"))


async def try_lock(connection: Connection, projection: str) -> bool:
    """Whether this transaction is the one that builds."""
    return bool(await connection.fetch_value(_TRY_LOCK, name=f"projection:{projection}"))


async def begin_build(work: UnitOfWork, projection: Projection) -> int | None:
    """The new build's number; None when one is being built already."""
    number = int(await work.connection.fetch_value(_NEXT, name=projection.name))
    begun = await work.connection.execute(_BEGIN, name=projection.name, build=number, version=projection.version)
    if not begun:
        return None
    await work.connection.execute(_MAKE_CHECKPOINT, name=build_name(projection.name, number))
    return number


async def retire(work: UnitOfWork, projection: str, number: int) -> None:
    """Nobody reads this build any more, and nothing is written to it; its rows go later."""
    name = build_name(projection, number)
    # Whoever is writing has this lock: with its checkpoint it loses its place.
    await work.connection.fetch_value(LOCK_CHECKPOINT, name=name)
    await work.connection.execute(_RETIRE, name=projection, number=number, state="retired")
    await work.connection.execute(_END_CHECKPOINT, name=name)
    await work.connection.execute(_FORGET_PARKED, name=name)


async def serve(work: UnitOfWork, build: Build) -> None:
    """From the commit on every reader sees this build."""
    await work.connection.execute(_SERVE, name=build.projection.name, number=build.number, state="serving")


async def remove_retired_rows(pool: Pool, projection: Projection) -> None:
    """Remove what retired builds left, a batch a transaction."""
    for row in await pool.fetch(_RETIRED, name=projection.name):
        for removal in _removals(projection.tables):
            while await pool.execute(removal, number=row["build"]) == REMOVED_TOGETHER:
                pass


def _removals(tables: Sequence[Table]) -> list[Statement]:
    place: ColumnElement[Any] = literal_column("ctid")
    return [
        compiled(
            delete(table).where(
                place.op("=")(
                    func.any(
                        func.array(
                            select(place)
                            .select_from(table)
                            .where(table.c.build == bindparam("number", type_=BigInteger))
                            .limit(REMOVED_TOGETHER)
                            .scalar_subquery()
                        )
                    )
                )
            )
        )
        for table in tables
    ]
