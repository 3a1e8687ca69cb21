"""Walls and schemas of a pod whose PostgreSQL runs: `python -m ops.embedded.migration POD DATA`.

A process of its own, so that SQLAlchemy and Alembic never stay in the supervisor's memory.
"""

import asyncio
import sys
from pathlib import Path

from ops.embedded.places import Place, find_place
from ops.embedded.settlement import mark_settled
from ops.migrations.runner import migrate_all
from ops.provisioning.postgres_walls import build_walls


async def migrate(place: Place) -> int:
    """Bring walls and schemas up to date; 1 when a territory failed, which is said in one line each."""
    territories, postgres = place.settings.territories, place.postgres
    await build_walls(postgres.connect_to, territories, place.secrets)
    outcomes = await migrate_all(territories, postgres.connect_to, postgres.url)
    for outcome in outcomes:
        told = f"failed: {outcome.failure}" if outcome.failure else f"at {outcome.version}"
        sys.stdout.write(f"{outcome.territory.code} {told}\n")
    if any(outcome.failure for outcome in outcomes):
        return 1
    mark_settled(place, {outcome.territory.code: outcome.version for outcome in outcomes})
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(migrate(find_place(sys.argv[1], Path(sys.argv[2])))))
