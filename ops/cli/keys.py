"""`keys list`, `keys rotate` and `keys revoke`: the keys that sign a territory's access tokens."""

from typing import Annotated

import typer

from ops.cli.options import DataOption, PodArgument
from ops.cli.territory_room import JsonOption, ReasonOption, TerritoryOption, flag, named, run_in_territory

keys = typer.Typer(help="Keys that sign access tokens.", no_args_is_help=True)


@keys.command("list")
def list_keys(
    pod: PodArgument, *, territory: TerritoryOption = None, as_json: JsonOption = False, data: DataOption = None
) -> None:
    """Show each key and its state, newest first."""
    _run(pod, (territory, data), "list", *flag("--json", as_json))


@keys.command()
def rotate(
    pod: PodArgument,
    *,
    territory: TerritoryOption = None,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Sign with the next key; what the old one signed stays good. Waits until everyone knows the next one."""
    _run(pod, (territory, data), "rotate", *named("--reason", reason), *flag("--json", as_json))


@keys.command()
def revoke(
    pod: PodArgument,
    kid: Annotated[
        str,
        typer.Argument(
            metavar="KID", help="The key's name, as `keys list` shows it; after -- when it begins with a hyphen."
        ),
    ],
    *,
    territory: TerritoryOption = None,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Refuse everything that a key has signed, within two seconds, and destroy it."""
    _run(pod, (territory, data), "revoke", *named("--kid", kid), *named("--reason", reason), *flag("--json", as_json))


def _run(pod: str, where: tuple[str | None, DataOption], *argv: str) -> None:
    run_in_territory("ops.keys", "auth", pod, where, *argv)
