"""`seed`, `grant` and `openapi`: they change something."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from ops.cli.failures import CommandError
from ops.cli.options import DataOption, PodArgument
from ops.cli.own_process import run_room
from ops.cli.territory_room import ReasonOption, TerritoryOption, flag, named, run_in_territory
from ops.embedded.assembly import mark_seeded
from ops.embedded.places import Place, find_place
from ops.seeding.demo_content import DEMO, DEMO_PASSWORD


def seed(pod: PodArgument, *, data: DataOption = None) -> None:
    """Write demo people, communities and posts through the API of a running pod."""
    place = _running(pod, data)
    run_room("ops.seeding", place.api_url, *place.hosts)
    mark_seeded(place)
    Console().print(f"demo account: {DEMO.username} / {DEMO_PASSWORD}", highlight=False)


def grant(  # noqa: PLR0913 (options of a command)
    pod: PodArgument,
    username: Annotated[str, typer.Argument(metavar="USERNAME")],
    role: Annotated[
        str, typer.Argument(metavar="ROLE", help="admin, moderator, auditor, service, or one of the territory's own.")
    ],
    *,
    territory: TerritoryOption = None,
    until: Annotated[datetime | None, typer.Option(metavar="TIME", help="Until then; for good else.")] = None,
    community: Annotated[UUID | None, typer.Option(metavar="ID", help="In this community alone.")] = None,
    resource: Annotated[str | None, typer.Option(metavar="KIND:ID", help="On this post or gathering alone.")] = None,
    take: Annotated[bool, typer.Option("--take", help="Take the role back.")] = False,
    reason: ReasonOption = None,
    data: DataOption = None,
) -> None:
    """Give a citizen a role in the territory, or take it back; it counts at once."""
    more = [*named("--until", until.isoformat() if until else None), *named("--reason", reason)]
    more += [*named("--community", str(community) if community else None), *named("--resource", resource)]
    more += flag("--take", take)
    run_in_territory("ops.roles", "auth", pod, (territory, data), username, role, *more)


def openapi() -> None:
    """Build the public API document anew from the services."""
    run_room("ops.openapi")


def _running(pod: str, data: DataOption) -> Place:
    place = find_place(pod, data)
    if place.running() is None:
        raise CommandError(f"pod {place.pod} is not running: unityplan up {place.pod}")
    return place
