"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

PodArgument: TypeAlias = Annotated[str, typer.Argument(metavar="POD", help="dk, no, se, eu, or its folder in pods/.")]
DataOption: TypeAlias = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="The pod's data folder, instead of the default one.")
]
