"""`backup` and `restore`."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ops.cli.failures import WRONG_USE, CommandError
from ops.cli.options import DataOption, PodArgument
from ops.cli.own_process import run_room
from ops.cli.progress import Progress
from ops.embedded.assembly import assemble, prepare_folders, room_step
from ops.embedded.data_lock import held
from ops.embedded.places import Place, find_place
from ops.embedded.pod_run import PodRun
from ops.supervisor.journal import Journal
from ops.supervisor.supervised import StartFailedError

STEP = "restore"
KeysOption = Annotated[
    Path | None,
    typer.Option("--keys", metavar="FILE", help="The keys of persons, still wrapped. Keep one file, the newest."),
]


def backup(
    pod: PodArgument,
    *,
    to: Annotated[Path | None, typer.Option("--to", metavar="DIR", help="A folder that does not exist yet.")] = None,
    keys: KeysOption = None,
    data: DataOption = None,
) -> None:
    """Save a running pod: everything but the keys of persons with --to, those keys alone with --keys."""
    place = find_place(pod, data)
    if to is None and keys is None:
        raise CommandError("give --to, --keys, or both", WRONG_USE)
    if place.running() is None:
        raise CommandError(f"pod {place.pod} is not running: unityplan up {place.pod}")
    run_room("ops.backups", "save", place.pod, str(place.data), *_options(to, keys))


def restore(
    pod: PodArgument,
    *,
    origin: Annotated[Path, typer.Option("--from", metavar="DIR", help="A folder that `backup --to` made.")],
    keys: KeysOption = None,
    data: DataOption = None,
) -> None:
    """Load a backup into a pod that was never started. Without --keys the text of persons stays unreadable for ever."""
    place = find_place(pod, data)
    place.check_can_start()
    with held(place):
        _restore_stopped(place, _options(origin, keys))


def _restore_stopped(place: Place, options: list[str]) -> None:
    progress = Progress(Console())
    with progress.step("folders, secrets, configuration"):
        prepare_folders(place)
        # It fills itself again; what it found before may be gone from the record.
        shutil.rmtree(place.data / "search", ignore_errors=True)
    topology = assemble(place, seed=False)
    loading = room_step("the backup", STEP, "ops.backups", "restore", place.pod, str(place.data), *options)
    topology = replace(topology, preparing=[*topology.preparing, loading])
    log = topology.logs / f"{STEP}.log"
    log.unlink(missing_ok=True)

    async def load() -> None:
        await PodRun(topology, Journal(topology.logs)).prepare(progress)

    try:
        asyncio.run(load())
    except StartFailedError as error:
        said = log.read_text(errors="replace").strip() if log.exists() else ""
        raise CommandError(said.removeprefix("unityplan: ") or str(error)) from None
    typer.echo(log.read_text(errors="replace").strip())


def _options(folder: Path | None, keys: Path | None) -> list[str]:
    given = (("--folder", folder), ("--keys", keys))
    return [part for name, path in given if path is not None for part in (name, str(path.absolute()))]
