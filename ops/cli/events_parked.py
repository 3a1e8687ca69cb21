"""`events parked`: what consumers set aside is looked at, handled again, or given up."""

from typing import Annotated

import typer

from ops.cli.failures import WRONG_USE, CommandError
from ops.cli.options import DataOption, PodArgument
from ops.cli.territory_room import JsonOption, TerritoryOption, flag, run_in_territory

ConsumerOption = Annotated[str | None, typer.Option("--consumer", metavar="NAME", help="Whose.")]
PositionOption = Annotated[int | None, typer.Option("--position", metavar="N", min=1, help="Which.")]
AllOption = Annotated[bool, typer.Option("--all", help="All that the consumer has.")]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it goes on record.")]

LONGEST_REASON = 300

parked = typer.Typer(help="Events that a consumer could not handle.", no_args_is_help=True)


@parked.command("list")
def list_parked(
    pod: PodArgument,
    *,
    consumer: ConsumerOption = None,
    territory: TerritoryOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Show what is parked, and why."""
    _run("list", pod, data, territory, [*_named("--consumer", consumer), *flag("--json", as_json)])


@parked.command()
def show(
    pod: PodArgument,
    *,
    consumer: ConsumerOption = None,
    position: PositionOption = None,
    territory: TerritoryOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Show one with its event as it is stored."""
    wanted = _one_or_all(consumer, position, is_all=False)
    _run("show", pod, data, territory, [*wanted, *flag("--json", as_json)])


@parked.command()
def replay(  # noqa: PLR0913 (options of a command)
    pod: PodArgument,
    *,
    consumer: ConsumerOption = None,
    position: PositionOption = None,
    is_all: AllOption = False,
    reason: ReasonOption = "",
    territory: TerritoryOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Have the consumer handle one again, or all that it has."""
    wanted = _one_or_all(consumer, position, is_all=is_all)
    _run("replay", pod, data, territory, [*wanted, *_why(reason), *flag("--json", as_json)])


@parked.command()
def discard(  # noqa: PLR0913 (options of a command)
    pod: PodArgument,
    *,
    consumer: ConsumerOption = None,
    position: PositionOption = None,
    is_all: AllOption = False,
    reason: ReasonOption = "",
    territory: TerritoryOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Give one up, or all that the consumer has: it never handles them."""
    wanted = _one_or_all(consumer, position, is_all=is_all)
    _run("discard", pod, data, territory, [*wanted, *_why(reason), *flag("--json", as_json)])


def _one_or_all(consumer: str | None, position: int | None, *, is_all: bool) -> list[str]:
    if consumer is None or (position is None) != is_all:
        raise CommandError("give --consumer, and --position or --all", WRONG_USE)
    return [*_named("--consumer", consumer), *_named("--position", position)]


def _why(reason: str) -> list[str]:
    if len(reason) > LONGEST_REASON:
        raise CommandError(f"a reason has at most {LONGEST_REASON} characters", WRONG_USE)
    return _named("--reason", reason or None)


def _named(option: str, value: str | int | None) -> list[str]:
    return [f"{option}={value}"] if value is not None else []


def _run(verb: str, pod: str, data: DataOption, territory: str | None, options: list[str]) -> None:
    run_in_territory("ops.parked", "event", pod, (territory, data), verb, *options)
