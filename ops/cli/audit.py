"""`audit verify`: the whole record of a pod's territories against what was signed."""

from pathlib import Path
from typing import Annotated

import typer

from ops.cli.failures import WRONG_USE, CommandError
from ops.cli.options import DataOption, PodArgument
from ops.cli.own_process import run_room
from ops.embedded.assembly import surroundings
from ops.embedded.places import find_place
from ops.embedded.service_plans import service_environment

audit = typer.Typer(help="The record, and whether it is still what was signed.", no_args_is_help=True)


@audit.callback()
def _group() -> None:
    """Keeps `verify` a verb of its own: with one command alone the name would be left out."""


@audit.command()
def verify(
    pod: PodArgument,
    *,
    territory: Annotated[str | None, typer.Option(metavar="CODE", help="One of the pod's; all of them else.")] = None,
    head: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A signed head that somebody kept; may be repeated.")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(metavar="BASE64", help="A former public key of heads; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    data: DataOption = None,
) -> None:
    """Recompute everything from the rows and name the first bad position. Exit 0 whole, 1 not, 2 not looked at."""
    place = find_place(pod, data)
    if place.running() is None:
        raise CommandError(f"pod {place.pod} is not running: unityplan up {place.pod}", WRONG_USE)
    if territory is not None and territory.upper() not in place.codes:
        raise CommandError(f"pod {place.pod} has {', '.join(place.codes)}", WRONG_USE)
    options = [
        *(["--json"] if as_json else []),
        *(part for path in head or () for part in ("--head", str(path.absolute()))),
        *(part for text in key or () for part in ("--key", text)),
    ]
    run_room(
        "ops.verification",
        *options,
        *([territory] if territory else []),
        environment=service_environment("event", surroundings(place)),
    )
