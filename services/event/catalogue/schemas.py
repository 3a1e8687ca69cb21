"""The shapes of the catalogue."""

from typing import Any

from pydantic import BaseModel


class EventTypeAnswer(BaseModel):
    """A type of events: who publishes it, in which streams it stands, and the JSON Schema of each version's `data`.

    `external` may be appended over the API; `personal_fields` are stored under the key of the person in `person_field`.
    """

    type: str
    service: str
    category: str
    description: str
    external: bool
    audit_only: bool
    schema_version: int
    person_field: str | None
    personal_fields: list[str]
    schemas: dict[str, dict[str, Any]]


class CatalogueAnswer(BaseModel):
    """All types, by name; the list has one page."""

    items: list[EventTypeAnswer]
    next_cursor: str | None
