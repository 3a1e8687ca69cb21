"""`migrate`, `seed`, `grant` and `openapi`: they change something."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from ops.cli.failures import WRONG_USE, CommandError
from ops.cli.options import DataOption, PodArgument
from ops.cli.own_process import run_room
from ops.cli.progress import Progress
from ops.embedded.assembly import assemble
from ops.embedded.places import Place, PlaceError, find_place
from ops.embedded.pod_run import PodRun
from ops.seeding.demo_content import DEMO, DEMO_PASSWORD
from ops.supervisor.journal import Journal
from ops.supervisor.supervised import StartFailedError


def migrate(pod: PodArgument, *, data: DataOption = None) -> None:
    """Bring a pod's walls and schemas up to date, whether it runs or not."""
    place = find_place(pod, data)
    if place.running():
        run_room("ops.embedded.migration", place.pod, str(place.data))
        return
    try:
        place.check_can_start()
    except PlaceError as error:
        raise CommandError(str(error), WRONG_USE) from None
    progress = Progress(Console())
    topology = assemble(place, progress, seed=False)

    async def prepare() -> None:
        await PodRun(topology, Journal(topology.logs)).prepare(progress)

    try:
        asyncio.run(prepare())
    except StartFailedError as error:
        raise CommandError(str(error)) from None


def seed(pod: PodArgument, *, data: DataOption = None) -> None:
    """Write demo people, communities and posts through the API of a running pod."""
    place = _running(pod, data)
    run_room("ops.seeding", place.api_url, *place.hosts)
    Console().print(f"demo account: {DEMO.username} / {DEMO_PASSWORD}", highlight=False)


def grant(
    pod: PodArgument,
    username: Annotated[str, typer.Argument(metavar="USERNAME")],
    role: Annotated[str, typer.Argument(metavar="ROLE", help="admin, moderator, auditor or service.")],
    *,
    territory: Annotated[str | None, typer.Option(metavar="CODE", help="In a pod of several territories.")] = None,
    data: DataOption = None,
) -> None:
    """Give a citizen a role in the territory; it counts at once."""
    place = _running(pod, data)
    code = territory.upper() if territory else place.only_territory
    if code not in place.territories:
        known = ", ".join(place.territories)
        raise CommandError(f"give --territory: pod {place.pod} has {known}", WRONG_USE)
    run_room("ops.roles", place.pod, str(place.data), code, username, role)


def openapi() -> None:
    """Build the public API document anew from the services."""
    run_room("ops.openapi")


def _running(pod: str, data: DataOption) -> Place:
    place = find_place(pod, data)
    if place.running() is None:
        raise CommandError(f"pod {place.pod} is not running: unityplan up {place.pod}")
    return place
