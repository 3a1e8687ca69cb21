"""The shapes of appending."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from shared.web.bodies import RequestBody

MOST_EVENTS = 100


class LinksBody(RequestBody):
    """What a client may say of where an event comes from."""

    causation_id: UUID | None = None
    correlation_id: UUID | None = None


class ProposedEvent(RequestBody):
    """One event to append."""

    id: UUID | None = None
    type: Annotated[str, Field(min_length=1, max_length=100)]
    data: dict[str, Any]
    metadata: LinksBody = LinksBody()


def _require_different_ids(events: list[ProposedEvent]) -> list[ProposedEvent]:
    given = [event.id for event in events if event.id is not None]
    if len(set(given)) != len(given):
        message = "give each event an id of its own"
        raise ValueError(message)
    return events


class AppendBody(RequestBody):
    """Events for one stream, all or none."""

    expected_version: Literal["any", "none"] | Annotated[int, Field(ge=0, le=2**31 - 1)]
    events: Annotated[
        list[ProposedEvent], Field(min_length=1, max_length=MOST_EVENTS), AfterValidator(_require_different_ids)
    ]


class AppendAnswer(BaseModel):
    """Where they stand now."""

    stream: str
    first_version: int
    last_version: int
    ids: list[str]
