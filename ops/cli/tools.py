"""`tools list`, `tools add` and `tools remove`: which of the pod's own tools log citizens in."""

from typing import Annotated

import typer

from ops.cli.failures import WRONG_USE, CommandError
from ops.cli.options import DataOption, PodArgument
from ops.cli.territory_room import ReasonOption, TerritoryOption, flag, named, run_in_territory

tools = typer.Typer(help="The pod's own tools that log citizens in: chat, code, dashboards.", no_args_is_help=True)


@tools.command("list")
def list_tools(pod: PodArgument, *, territory: TerritoryOption = None, data: DataOption = None) -> None:
    """Show the tools of a territory, as JSON."""
    run_in_territory("ops.tools", "auth", pod, (territory, data), "list")


@tools.command()
def add(  # noqa: PLR0913 (options of a command)
    pod: PodArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What citizens are told: who logs them in.")],
    *,
    redirect: Annotated[list[str] | None, typer.Option(metavar="URI", help="Where it takes codes; repeatable.")] = None,
    public: Annotated[bool, typer.Option("--public", help="It can keep no secret.")] = False,
    territory: TerritoryOption = None,
    reason: ReasonOption = None,
    data: DataOption = None,
) -> None:
    """Register a tool; its secret is shown this once."""
    if not redirect:
        raise CommandError("give --redirect, at least once", WRONG_USE)
    options = [*named("--name", name), *(f"--redirect={uri}" for uri in redirect), *flag("--public", public)]
    run_in_territory("ops.tools", "auth", pod, (territory, data), "add", *options, *named("--reason", reason))


@tools.command()
def remove(
    pod: PodArgument,
    client: Annotated[str, typer.Argument(metavar="CLIENT", help="Its client_id.")],
    *,
    territory: TerritoryOption = None,
    reason: ReasonOption = None,
    data: DataOption = None,
) -> None:
    """Log nobody in for it any more."""
    options = [*named("--client", client), *named("--reason", reason)]
    run_in_territory("ops.tools", "auth", pod, (territory, data), "remove", *options)
