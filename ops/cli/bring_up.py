"""`up` and `down`."""

import asyncio
import os
import signal
import time
from typing import Annotated

import typer
from rich.console import Console

from ops.cli.console_log import ConsoleLog
from ops.cli.detached import start_detached
from ops.cli.failures import WRONG_USE, CommandError
from ops.cli.options import DataOption, PodArgument
from ops.cli.progress import Progress
from ops.cli.running_box import print_running_box
from ops.embedded.assembly import assemble, mark_seeded, prepare_folders
from ops.embedded.data_lock import held
from ops.embedded.places import Place, PlaceError, find_place, place_to_start
from ops.embedded.pod_run import PodRun
from ops.embedded.topology import Topology
from ops.supervisor.journal import Journal
from ops.supervisor.supervised import StartFailedError

STOP_WITHIN_SECONDS = 90.0
TAIL_LINES = 20

Detach = Annotated[bool, typer.Option("--detach", help="Return when the pod is ready; it runs on in the background.")]
Seed = Annotated[bool, typer.Option("--seed", help="Write demo people, communities and posts.")]
Background = Annotated[bool, typer.Option("--background", hidden=True)]


def up(
    pod: PodArgument,
    *,
    data: DataOption = None,
    detach: Detach = False,
    seed: Seed = False,
    background: Background = False,
) -> None:
    """Start a pod; in the foreground Ctrl-C stops it."""
    place = place_to_start(pod, data)
    place.check_can_start()
    if detach:
        start_detached(place, seed=seed)
        return
    with held(place):
        _run(place, seed=seed, background=background)


def down(pod: PodArgument, *, data: DataOption = None) -> None:
    """Stop a pod, wherever it was started."""
    place = find_place(pod, data)
    running = place.running()
    if running is None:
        Console().print(f"pod {place.pod} is not running", highlight=False)
        return
    os.kill(running.supervisor_pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN_SECONDS
    while running.is_alive():
        if time.monotonic() > deadline:
            raise CommandError(f"pod {place.pod} did not stop within {STOP_WITHIN_SECONDS:.0f} s")
        time.sleep(0.05)
    Console().print(f"pod {place.pod} is stopped", highlight=False)


def _run(place: Place, *, seed: bool, background: bool) -> None:
    console = Console()
    progress = Progress(console)
    log = ConsoleLog(colour=console.is_terminal and not console.no_color)
    try:
        with progress.step("folders, secrets, configuration"):
            prepare_folders(place)
    except PlaceError as error:
        raise CommandError(str(error)) from None
    topology = assemble(place, seed=seed)
    journal = Journal(topology.logs, None if background else log)

    def when_up() -> None:
        if seed:
            mark_seeded(place)
        _greet(console, topology, progress.seconds, background=background)
        if background:
            _let_go_of_terminal()
        else:
            log.open()

    async def run() -> None:
        await PodRun(topology, journal).run(progress, when_up)

    try:
        asyncio.run(run())
    except StartFailedError as error:
        raise _told(topology, error) from None


def _greet(console: Console, topology: Topology, seconds: float, *, background: bool) -> None:
    stop = f"unityplan down {topology.pod}" if background else "Ctrl-C"
    facts = {**topology.facts, "Stop": stop}
    print_running_box(console, topology.pod, urls=topology.urls, facts=facts, seconds=seconds)


def _let_go_of_terminal() -> None:
    """Close the terminal's ends, so that whoever reads the output sees its end while the pod runs on."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _told(topology: Topology, error: StartFailedError) -> CommandError:
    path = topology.logs / f"{error.name}.log"
    lines = path.read_text(errors="replace").splitlines()[-TAIL_LINES:] if path.exists() else []
    if error.has_wrong_setting and lines:
        return CommandError(lines[-1], WRONG_USE)
    return CommandError("\n".join([str(error), *lines]))
