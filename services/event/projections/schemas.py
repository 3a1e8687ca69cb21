"""The shapes of projections."""

from typing import Literal

from pydantic import BaseModel

from shared.web.formats import TimeText


class BuildAnswer(BaseModel):
    """A filling of a projection; a retired one has no position any more."""

    name: str
    version: int
    state: Literal["building", "serving", "retired"]
    build: int
    position: int | None
    lag: int | None
    started_at: TimeText
    switched_at: TimeText | None


class ProjectionList(BaseModel):
    """All builds, of each projection the newest first."""

    items: list[BuildAnswer]
    next_cursor: str | None


class RebuildAnswer(BaseModel):
    """The build that is being filled."""

    name: str
    version: int
    build: int
