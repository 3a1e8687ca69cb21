"""The shapes of reading."""

from typing import Any

from pydantic import BaseModel

from shared.web.formats import IdText


class EventAnswer(BaseModel):
    """An event as hashed; `position` is null until it is sealed. With `reveal`, `erased` names fields that are gone."""

    id: IdText
    position: int | None
    stream: str
    version: int
    type: str
    schema_version: int
    actor: str
    occurred_at: str
    data: dict[str, Any]
    metadata: dict[str, Any]
    erased: list[str] | None = None


class EventList(BaseModel):
    """Events and the way on."""

    items: list[EventAnswer]
    next_cursor: str | None
