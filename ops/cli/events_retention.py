"""`events rewrap-keys`, `erase`, `purge` and `archive`: what becomes of personal text and of old events."""

from typing import Annotated

import typer

from ops.cli.failures import WRONG_USE, CommandError
from ops.cli.options import DataOption, PodArgument
from ops.cli.own_process import run_room
from ops.embedded.places import Place, find_place


def rewrap_keys(
    pod: PodArgument,
    *,
    new_secret: Annotated[bool, typer.Option("--new-secret", help="Make a new secret first.")] = False,
    forget_previous: Annotated[
        bool, typer.Option("--forget-previous", help="Destroy the previous secret once nothing is under it.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Wrap the keys of persons under the current secret, while services serve. May be repeated."""
    place = _running(pod, data)
    place.secrets.ensure(place.settings.territories)
    # Also before a new secret: what is still under the previous one could not be opened after it.
    _run("rewrap-keys", place)
    if new_secret:
        place.secrets.rotate_person_key_secret()
        _run("rewrap-keys", place)
    if forget_previous:
        place.secrets.forget_previous_person_key_secret()
        typer.echo("the previous secret is destroyed")


def erase(
    pod: PodArgument,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The account's id.")],
    *,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Kept in the event; name nobody in it.")] = None,
    territory: Annotated[str | None, typer.Option(metavar="CODE", help="In a pod of several territories.")] = None,
    data: DataOption = None,
) -> None:
    """Destroy the key of a person's text, for ever. `purge` gets it off the disk."""
    place = _running(pod, data)
    code = territory.upper() if territory else place.codes[0]
    if code not in place.codes or not (territory or len(place.codes) == 1):
        raise CommandError(f"give --territory: pod {place.pod} has {', '.join(place.codes)}", WRONG_USE)
    _run("erase", place, "--territory", code, "--person", person, *(["--reason", reason] if reason else []))


def purge(pod: PodArgument, *, data: DataOption = None) -> None:
    """Get erased text and keys off the disk: tables, write-ahead log and search index are written anew."""
    _run("purge", _running(pod, data))


def archive(
    pod: PodArgument,
    *,
    older_than: Annotated[float, typer.Option("--older-than", metavar="DAYS", min=0, help="Age of the newest one.")],
    compact: Annotated[
        bool, typer.Option("--compact", help="Give the space back to the disk; the record stands still meanwhile.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Compress the data of old events, 1,000 at a time, after checking each against the record."""
    _run("archive", _running(pod, data), "--older-than", str(older_than), *(["--compact"] if compact else []))


def add_to(application: typer.Typer) -> None:
    """Make them verbs of the application."""
    for command in (rewrap_keys, erase, purge, archive):
        application.command()(command)


def _running(pod: str, data: DataOption) -> Place:
    place = find_place(pod, data)
    if place.running() is None:
        raise CommandError(f"pod {place.pod} is not running: unityplan up {place.pod}")
    return place


def _run(verb: str, place: Place, *argv: str) -> None:
    run_room("ops.retention", verb, place.pod, str(place.data), *argv)
