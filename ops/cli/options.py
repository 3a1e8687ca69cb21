"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from ops.deployment.installation import Stage

PodArgument: TypeAlias = Annotated[str, typer.Argument(metavar="POD", help="dk, no, se, eu, or its folder in pods/.")]
DataOption: TypeAlias = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="The pod's data folder, instead of the default one.")
]
StageOption: TypeAlias = Annotated[
    Stage, typer.Option("--environment", help="Of a pod in containers: production or staging.")
]
