"""The builds of projections, and how far each is."""

from sqlalchemy import Text, case, cast, func, select

from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.events.store import sealed_head
from shared.events.tables import checkpoints, projections
from shared.identifiers import Position

_builds = projections.c
_lag = case((checkpoints.c.position.is_not(None), func.greatest(sealed_head - checkpoints.c.position, 0)))
_LIST = compiled(
    select(
        json_object(
            name=_builds.name,
            version=_builds.version,
            state=_builds.state,
            build=_builds.build,
            position=checkpoints.c.position,
            lag=_lag,
            started_at=json_time(_builds.started_at),
            switched_at=json_time(_builds.switched_at),
        ).label("item"),
        sealed_head.label("head"),
    )
    .select_from(
        projections.outerjoin(
            checkpoints, checkpoints.c.consumer == _builds.name.concat("#").concat(cast(_builds.build, Text))
        )
    )
    .order_by(_builds.name, _builds.build.desc())
    .limit(1000)
)


async def list_projections(pool: Pool) -> tuple[list[bytes], Position]:
    """Each build as JSON, of each projection the newest first, and the head of the same snapshot."""
    rows = await pool.fetch(_LIST)
    return [row["item"] for row in rows], Position(rows[0]["head"] if rows else 0)
