"""`migrate`, `seed`, `grant` and `openapi`: they change something."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from ops.cli.failures import WRONG_USE, CommandError
from ops.cli.options import DataOption, PodArgument
from ops.cli.own_process import run_room
from ops.cli.progress import Progress
from ops.embedded.accounts import reload_accounts
from ops.embedded.assembly import assemble, mark_seeded, prepare_folders, surroundings
from ops.embedded.data_lock import held
from ops.embedded.places import Place, find_place
from ops.embedded.pod_run import PodRun
from ops.embedded.service_plans import service_environment
from ops.seeding.demo_content import DEMO, DEMO_PASSWORD
from ops.supervisor.journal import Journal
from ops.supervisor.supervised import StartFailedError


def migrate(pod: PodArgument, *, data: DataOption = None) -> None:
    """Bring a pod's walls and schemas up to date, whether it runs or not."""
    place = find_place(pod, data)
    running = place.running()
    if running is not None:
        reload_accounts(place, running)
        run_room("ops.embedded.migration", place.pod, str(place.data))
        return
    place.check_can_start()
    with held(place):
        _migrate_stopped(place)


def seed(pod: PodArgument, *, data: DataOption = None) -> None:
    """Write demo people, communities and posts through the API of a running pod."""
    place = _running(pod, data)
    run_room("ops.seeding", place.api_url, *place.hosts)
    mark_seeded(place)
    Console().print(f"demo account: {DEMO.username} / {DEMO_PASSWORD}", highlight=False)


def grant(
    pod: PodArgument,
    username: Annotated[str, typer.Argument(metavar="USERNAME")],
    role: Annotated[str, typer.Argument(metavar="ROLE", help="admin, moderator, auditor or service.")],
    *,
    territory: Annotated[str | None, typer.Option(metavar="CODE", help="In a pod of several territories.")] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why; it goes on record.")] = None,
    data: DataOption = None,
) -> None:
    """Give a citizen a role in the territory; it counts at once."""
    place = _running(pod, data)
    codes = place.codes
    code = territory.upper() if territory else codes[0]
    if code not in codes or not (territory or len(codes) == 1):
        raise CommandError(f"give --territory: pod {place.pod} has {', '.join(codes)}", WRONG_USE)
    environment = service_environment("auth", surroundings(place))
    run_room("ops.roles", code, username, role, *([reason] if reason else []), environment=environment)


def openapi() -> None:
    """Build the public API document anew from the services."""
    run_room("ops.openapi")


def _migrate_stopped(place: Place) -> None:
    progress = Progress(Console())
    with progress.step("folders, secrets, configuration"):
        prepare_folders(place)
    topology = assemble(place, seed=False)

    async def prepare() -> None:
        await PodRun(topology, Journal(topology.logs)).prepare(progress)

    try:
        asyncio.run(prepare())
    except StartFailedError as error:
        raise CommandError(str(error)) from None


def _running(pod: str, data: DataOption) -> Place:
    place = find_place(pod, data)
    if place.running() is None:
        raise CommandError(f"pod {place.pod} is not running: unityplan up {place.pod}")
    return place
