"""`.drone.yml`, read closed: a word that is not known is a fault, not a wish. Source: https://docs.drone.io/yaml/docker/."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Words: TypeAlias = tuple[str, ...]


class Closed(BaseModel):
    """What takes no word that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(Closed):
    """On what a step or a pipeline depends; what is empty is not asked."""

    event: Words = ()
    branch: Words = ()
    ref: Words = ()
    target: Words = ()


class FromSecret(Closed):
    """A value that the server keeps."""

    from_secret: str


class Mount(Closed):
    """A volume's place in a step."""

    name: str
    path: str


class HostPath(Closed):
    """A place on the runner's machine."""

    path: str


class Volume(Closed):
    """A volume of a pipeline."""

    name: str
    host: HostPath


class Step(Closed):
    """Commands in an image."""

    name: str
    image: str
    commands: Words
    environment: Mapping[str, str | FromSecret] = Field(default_factory=dict)
    volumes: tuple[Mount, ...] = ()
    network_mode: str | None = None
    depends_on: Words = ()
    when: Condition = Condition()


class Pipeline(Closed):
    """Steps in order, or by what each depends on."""

    kind: str
    type: str
    name: str
    trigger: Condition = Condition()
    steps: tuple[Step, ...]
    volumes: tuple[Volume, ...] = ()
    depends_on: Words = ()


class UnreadablePipeline(Exception):
    """One line that names the place."""


def read_pipelines(path: Path) -> Sequence[Pipeline]:
    """Every document of the file.

    Raises:
        UnreadablePipeline: no YAML, or not what is documented; OSError: it cannot be read.
    """
    return parse_pipelines(path.read_text())


def parse_pipelines(text: str) -> Sequence[Pipeline]:
    """As `read_pipelines`, of a text."""
    try:
        documents: list[Any] = [one for one in yaml.safe_load_all(text) if one is not None]
    except yaml.YAMLError as error:
        raise UnreadablePipeline(" ".join(str(error).split())) from None
    try:
        return [Pipeline.model_validate(document, strict=False) for document in documents]
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnreadablePipeline(f"{place}: {first['msg']}") from None
