"""`events`: what an operator does with a pod's events."""

import typer

from ops.cli import events_retention
from ops.cli.events_parked import parked

events = typer.Typer(help="A pod's events.", no_args_is_help=True)
events.add_typer(parked, name="parked")
events_retention.add_to(events)
