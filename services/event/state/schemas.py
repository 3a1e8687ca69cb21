"""The shape of a stream's state."""

from typing import Any

from pydantic import BaseModel

from shared.web.formats import TimeText


class StateAnswer(BaseModel):
    """What was last said of each field, up to an event; `position` is null until that event is sealed.

    With `reveal`, `erased` names fields that are gone.
    """

    stream: str
    version: int
    position: int | None
    occurred_at: TimeText
    types: list[str]
    state: dict[str, Any]
    erased: list[str] | None = None
