"""The shapes of appending."""

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, ValidationError, WrapValidator

from shared.web.bodies import RequestBody, example
from shared.web.formats import IdText

MOST_EVENTS = 100
LAST_VERSION = 2**31 - 1


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


_NO_VERSION = "give any, none, or the version that the stream has, a whole number from 0"


def _in_one_sentence(given: object, parse: Callable[[object], int | str]) -> int | str:
    """One complaint about the field, not one for each kind of value that it may have."""
    try:
        return parse(given)
    except ValidationError:
        raise ValueError(_NO_VERSION) from None


ExpectedVersion = Annotated[
    Literal["any", "none"] | Annotated[int, Field(strict=True, ge=0, le=LAST_VERSION)],
    WrapValidator(_in_one_sentence),
    Field(json_schema_extra={"x-complaint": _NO_VERSION}),
]


class AppendBody(RequestBody):
    """Events for one stream, all or none."""

    model_config = example(
        {
            "expected_version": "any",
            "events": [
                {
                    "type": "event.decision.recorded",
                    "data": {"title": "A new bridge", "outcome": "accepted", "reference": "2026/114"},
                }
            ],
        }
    )

    expected_version: ExpectedVersion
    events: Annotated[
        list[ProposedEvent], Field(min_length=1, max_length=MOST_EVENTS), AfterValidator(_require_different_ids)
    ]


class AppendAnswer(BaseModel):
    """Where they stand now."""

    stream: str
    first_version: int
    last_version: int
    ids: list[IdText]
