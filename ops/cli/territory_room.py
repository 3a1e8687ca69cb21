"""Runs a room on one territory of a running pod, with the environment of the service whose commands it calls."""

from typing import Annotated

import typer

from ops.cli.failures import WRONG_USE, CommandError
from ops.cli.options import DataOption
from ops.cli.own_process import run_room
from ops.embedded.assembly import surroundings
from ops.embedded.places import find_place
from ops.embedded.service_plans import service_environment

TerritoryOption = Annotated[
    str | None, typer.Option("--territory", metavar="CODE", help="In a pod of several territories.")
]
ReasonOption = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; it goes on record.")]
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]


def run_in_territory(room: str, service: str, pod: str, where: tuple[str | None, DataOption], *argv: str) -> None:
    """`python -m room CODE argv…`; `where` is the territory as given and the data folder.

    Raises: CommandError.
    """
    territory, data = where
    place = find_place(pod, data)
    if place.running() is None:
        raise CommandError(f"pod {place.pod} is not running: unityplan up {place.pod}")
    code = territory.upper() if territory else place.codes[0]
    if code not in place.codes or not (territory or len(place.codes) == 1):
        raise CommandError(f"give --territory: pod {place.pod} has {', '.join(place.codes)}", WRONG_USE)
    run_room(room, code, *argv, environment=service_environment(service, surroundings(place)))


def named(option: str, value: str | None) -> list[str]:
    """An option to hand on, when it was given."""
    return [f"{option}={value}"] if value is not None else []


def flag(option: str, is_given: bool) -> list[str]:
    """A flag to hand on, when it was given."""
    return [option] if is_given else []
