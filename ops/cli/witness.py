"""`witness address`, `witness show` and `witness accept`: neighbours that watch one another's records."""

from typing import Annotated

import typer

from ops.cli.failures import WRONG_USE, CommandError
from ops.cli.options import DataOption, PodArgument
from ops.cli.own_process import run_room
from ops.embedded.assembly import surroundings
from ops.embedded.places import Place, find_place
from ops.embedded.service_plans import service_environment

TerritoryOption = Annotated[
    str | None, typer.Option("--territory", metavar="CODE", help="In a pod of several territories.")
]
PeerArgument = Annotated[str, typer.Argument(metavar="PEER", help="The neighbour's territory code.")]

witness = typer.Typer(help="Neighbours that watch one another's records.", no_args_is_help=True)


@witness.command()
def address(
    pod: PodArgument,
    *,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Where neighbours reach the API.")] = None,
    territory: TerritoryOption = None,
    data: DataOption = None,
) -> None:
    """Print the line that neighbours put into their WITNESS_PEERS."""
    place = _running(pod, data)
    _run("address", place, territory, url or place.api_url)


@witness.command()
def show(
    pod: PodArgument,
    peer: Annotated[str, typer.Argument(metavar="[PEER]", help="One neighbour; all of WITNESS_PEERS else.")] = "",
    *,
    territory: TerritoryOption = None,
    data: DataOption = None,
) -> None:
    """Print what was last seen of neighbours, and contradictions."""
    _run("show", _running(pod, data), territory, peer.upper())


@witness.command()
def accept(pod: PodArgument, peer: PeerArgument, *, territory: TerritoryOption = None, data: DataOption = None) -> None:
    """Take a neighbour's history as it is now, after a fork was seen, and cosign it again."""
    _run("accept", _running(pod, data), territory, peer.upper())


def _running(pod: str, data: DataOption) -> Place:
    place = find_place(pod, data)
    if place.running() is None:
        raise CommandError(f"pod {place.pod} is not running: unityplan up {place.pod}")
    return place


def _run(verb: str, place: Place, territory: str | None, argument: str) -> None:
    code = territory.upper() if territory else place.codes[0]
    if code not in place.codes or not (territory or len(place.codes) == 1):
        raise CommandError(f"give --territory: pod {place.pod} has {', '.join(place.codes)}", WRONG_USE)
    run_room("ops.witnesses", verb, code, argument, environment=service_environment("event", surroundings(place)))
