"""`snapshots save`, `snapshots list` and `snapshots restore`: the data of a pod in containers, as it was."""

from typing import Annotated

import typer

from ops.cli.deploy import changing, told
from ops.cli.options import PodArgument, StageOption
from ops.deployment.installation import find_installation
from ops.deployment.snapshots import dates, snapshot_of, snapshot_of_now

DateArgument = Annotated[str, typer.Argument(metavar="DATE", help="As `snapshots list` has it, in UTC.")]

snapshots = typer.Typer(help="The data of a pod in containers, as it was at a date.", no_args_is_help=True)


@snapshots.command()
def save(pod: PodArgument, *, environment: StageOption = "production") -> None:
    """Save every territory into the folder backups, while services serve, and print the date."""
    with told():
        taken = snapshot_of_now(find_installation(pod, environment))
        taken.save()
    typer.echo(taken.date)


@snapshots.command("list")
def list_(pod: PodArgument, *, environment: StageOption = "production") -> None:
    """Print the dates that are there."""
    with told():
        for date in dates(find_installation(pod, environment)):
            typer.echo(date)


@snapshots.command()
def restore(pod: PodArgument, date: DateArgument, *, environment: StageOption = "production") -> None:
    """Go back to a date, the services resting meanwhile; what is there now is saved first."""
    with changing(pod, environment) as changes:
        kept = changes.load(snapshot_of(changes.pod, date))
    typer.echo(f"what was there before: {kept.date}")
