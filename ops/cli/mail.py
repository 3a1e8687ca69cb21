"""`mail`: the letters that an embedded pod has written instead of sending them."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Annotated

import typer

from ops.cli.options import DataOption, PodArgument
from ops.embedded.places import find_place
from ops.embedded.service_plans import MAIL_FOLDER

_HEADERS = ("Date", "To", "Subject")


def mail(
    pod: PodArgument,
    *,
    last: Annotated[int, typer.Option("--last", min=1, metavar="N", help="How many, the newest at the end.")] = 10,
    to: Annotated[str | None, typer.Option("--to", metavar="ADDRESS", help="Only those to one address.")] = None,
    data: DataOption = None,
) -> None:
    """Print the last letters that were written to the pod's folder, when no SMTP_URL sends them."""
    place = find_place(pod, data)
    paths = sorted((place.data / MAIL_FOLDER).glob("*/*.eml"), key=lambda path: path.name)
    letters = [letter for letter in map(_read, paths) if to is None or _is_to(letter, to)]
    for letter in letters[-last:]:
        typer.echo("\n".join(f"{name}: {letter[name]}" for name in _HEADERS))
        typer.echo(f"\n{letter.get_content()}\n" + "-" * 80)
    if not letters:
        typer.echo(f"no letters in {place.data / MAIL_FOLDER}")


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=default)


def _is_to(letter: EmailMessage, address: str) -> bool:
    return str(letter["To"]).casefold() == address.casefold()
