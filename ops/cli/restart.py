"""`restart`: new instances in the place of those that run, while the pod goes on serving."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from ops.cli.failures import WRONG_USE, CommandError
from ops.cli.options import DataOption, PodArgument
from ops.cli.progress import Progress
from ops.embedded.places import find_place
from ops.embedded.service_plans import SERVICES
from ops.supervisor.control import ask_to_replace
from ops.supervisor.replacement import ReplacementError


def restart(
    pod: PodArgument,
    service: Annotated[str | None, typer.Argument(metavar="SERVICE", help="One service instead of all seven.")] = None,
    *,
    data: DataOption = None,
) -> None:
    """Replace a pod's services by new instances, one after the other; no request is lost."""
    if service is not None and service not in SERVICES:
        raise CommandError(f"there is no service {service!r}: there are {', '.join(SERVICES)}", WRONG_USE)
    place = find_place(pod, data)
    if place.running() is None:
        raise CommandError(f"pod {place.pod} is not running: unityplan up {place.pod}")
    progress = Progress(Console())
    # The gateway last: what it may come to ask of the others is there by then.
    for name in [service] if service else reversed(SERVICES):
        try:
            with progress.step(f"{name} replaced"):
                asyncio.run(ask_to_replace(place.run, name))
        except ReplacementError as error:
            raise CommandError(f"{error}; see unityplan logs {place.pod} {name}") from None
