"""`migrate`: schemas, up to date or at a revision, of an embedded pod or of one in containers."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from ops.cli.deploy import changing
from ops.cli.failures import CommandError
from ops.cli.options import DataOption, PodArgument
from ops.cli.own_process import run_room
from ops.cli.progress import Progress
from ops.deployment.failures import RefusedError
from ops.deployment.installation import Stage
from ops.embedded.accounts import reload_accounts
from ops.embedded.assembly import assemble, prepare_folders
from ops.embedded.data_lock import held
from ops.embedded.places import Place, find_place
from ops.embedded.pod_run import PodRun
from ops.supervisor.journal import Journal
from ops.supervisor.supervised import StartFailedError

HEAD = "head"


def migrate(
    pod: PodArgument,
    *,
    to: Annotated[str | None, typer.Option("--to", metavar="REVISION", help="Up or down to this one.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would run, and run nothing.")] = False,
    destructive: Annotated[
        bool, typer.Option("--destructive", help="Also what takes away tables, columns, or what is in them.")
    ] = False,
    environment: Annotated[
        Stage | None, typer.Option("--environment", help="Of a pod in containers; without it, the embedded pod.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Bring a pod's walls and schemas up to date, or its schemas to a revision."""
    if environment is not None:
        _migrate_containers(pod, environment, to or HEAD, dry_run=dry_run, destructive=destructive)
        return
    place = find_place(pod, data)
    running = place.running()
    if running is not None:
        reload_accounts(place, running)
        run_room("ops.embedded.migration", place.pod, str(place.data), *_words(to, dry_run, destructive))
        return
    if to is not None or dry_run:
        raise CommandError(f"pod {place.pod} is not running: unityplan up {place.pod}, or --environment production")
    place.check_can_start()
    with held(place):
        _migrate_stopped(place)


def _words(to: str | None, dry_run: bool, destructive: bool) -> list[str]:
    target = to or (HEAD if dry_run else None)
    given = (("--dry-run", dry_run), ("--destructive", destructive))
    return [*(["--to", target] if target else []), *(word for word, is_given in given if is_given)]


def _migrate_containers(pod: str, stage: Stage, revision: str, *, dry_run: bool, destructive: bool) -> None:
    with changing(pod, stage) as changes:
        steps = changes.plan_migration(revision)
        for step in steps:
            typer.echo(str(step))
        if dry_run or not steps:
            return
        if any(step.takes_away for step in steps) and not destructive:
            raise RefusedError("this takes away what cannot be had again: --destructive to do it")
        changes.move_schema(revision)


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
