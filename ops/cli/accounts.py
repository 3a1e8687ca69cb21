"""`accounts export` and `accounts import`: moving accounts from one pod to another."""

from pathlib import Path
from typing import Annotated

import typer

from ops.cli.options import DataOption, PodArgument
from ops.cli.territory_room import ReasonOption, TerritoryOption, named, run_in_territory

accounts = typer.Typer(help="Accounts, with what they are logged in to by.", no_args_is_help=True)


@accounts.command("export")
def export_accounts(
    pod: PodArgument,
    *,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="A new file, which opens every account in it.")],
    territory: TerritoryOption = None,
    reason: ReasonOption = None,
    data: DataOption = None,
) -> None:
    """Write every open account of a territory to a file, with hashes and second factors."""
    path = str(to.expanduser().resolve())
    run_in_territory("ops.accounts", "auth", pod, (territory, data), "export", path, *named("--reason", reason))


@accounts.command("import")
def import_accounts(
    pod: PodArgument,
    *,
    source: Annotated[Path, typer.Option("--from", metavar="FILE", help="As `accounts export` has written it.")],
    territory: TerritoryOption = None,
    reason: ReasonOption = None,
    data: DataOption = None,
) -> None:
    """Open the accounts of a file, under the same ids; whose name or address is taken is left out and named."""
    path = str(source.expanduser().resolve())
    run_in_territory("ops.accounts", "auth", pod, (territory, data), "import", path, *named("--reason", reason))
