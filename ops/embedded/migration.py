"""Walls and schemas of a pod whose PostgreSQL runs: `python -m ops.embedded.migration POD DATA`.

With `--to REVISION` up or down to a revision, with `--dry-run` only what would run; what takes something away runs with
`--destructive` alone.

A process of its own, so that SQLAlchemy and Alembic never stay in the supervisor's memory.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from ops.embedded.places import Place, find_place
from ops.embedded.settlement import mark_settled
from ops.migrations.plan import UnknownRevisionError, steps
from ops.migrations.runner import Outcome, migrate_all, version_of
from ops.provisioning.postgres_walls import build_walls

WRONG_USE = 2


async def move(place: Place, given: argparse.Namespace) -> int:
    """Bring every schema to a revision; 1 when a territory failed, 2 when it may not be done."""
    territories, postgres = place.settings.territories, place.postgres
    try:
        ways = [steps(await version_of(each, postgres.connect_to), given.to) for each in territories]
    except UnknownRevisionError as error:
        sys.stderr.write(f"unityplan: {error}\n")
        return WRONG_USE
    way = max(ways, key=len)
    sys.stdout.writelines(f"{step}\n" for step in way)
    if given.dry_run:
        return 0
    if any(step.takes_away for step in way) and not given.destructive:
        sys.stderr.write("unityplan: this takes away what cannot be had again: --destructive to do it\n")
        return WRONG_USE
    outcomes = await migrate_all(territories, postgres.connect_to, postgres.url, verb=None, target=given.to)
    return _told(outcomes)


async def migrate(place: Place) -> int:
    """Bring walls and schemas up to date; 1 when a territory failed, which is said in one line each."""
    territories, postgres = place.settings.territories, place.postgres
    await build_walls(postgres.connect_to, territories, place.secrets)
    outcomes = await migrate_all(territories, postgres.connect_to, postgres.url)
    if _told(outcomes):
        return 1
    mark_settled(place, {outcome.territory.code: outcome.version for outcome in outcomes})
    return 0


def _told(outcomes: Sequence[Outcome]) -> int:
    for outcome in outcomes:
        told = f"failed: {outcome.failure}" if outcome.failure else f"at {outcome.version}"
        sys.stdout.write(f"{outcome.territory.code} {told}\n")
    return 1 if any(outcome.failure for outcome in outcomes) else 0


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.embedded.migration")
    parser.add_argument("pod")
    parser.add_argument("data", type=Path)
    parser.add_argument("--to")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--destructive", action="store_true")
    given = parser.parse_args()
    place = find_place(given.pod, given.data)
    return asyncio.run(move(place, given) if given.to else migrate(place))


if __name__ == "__main__":
    sys.exit(main())
