"""`witness address`, `witness show` and `witness accept`: neighbours that watch one another's records."""

from typing import Annotated

import typer

from ops.cli.options import DataOption, PodArgument
from ops.cli.territory_room import TerritoryOption, run_in_territory
from ops.embedded.places import find_place

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
    _run("address", pod, (territory, data), url or find_place(pod, data).api_url)


@witness.command()
def show(
    pod: PodArgument,
    peer: Annotated[str, typer.Argument(metavar="[PEER]", help="One neighbour; all of WITNESS_PEERS else.")] = "",
    *,
    territory: TerritoryOption = None,
    data: DataOption = None,
) -> None:
    """Print what was last seen of neighbours, and contradictions."""
    _run("show", pod, (territory, data), peer.upper())


@witness.command()
def accept(pod: PodArgument, peer: PeerArgument, *, territory: TerritoryOption = None, data: DataOption = None) -> None:
    """Take a neighbour's history as it is now, after a fork was seen, and cosign it again."""
    _run("accept", pod, (territory, data), peer.upper())


def _run(verb: str, pod: str, where: tuple[str | None, DataOption], argument: str) -> None:
    run_in_territory("ops.witnesses", "event", pod, where, verb, argument)
