"""The base of every event: a closed, frozen model that knows its type, its stream and what in it is personal."""

from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a text field that is stored encrypted under the key of the person named by the event's `person_field`."""


PERSONAL = Personal()


class Event(BaseModel):
    """A fact, past tense. Subclasses stand in `shared/events/catalogue`, one a type; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]
    schema_version: ClassVar[int] = 1
    category: ClassVar[str]
    external: ClassVar[bool] = False
    audit_only: ClassVar[bool] = False
    live: ClassVar[bool] = False
    person_field: ClassVar[str | None] = None

    @classmethod
    def personal_fields(cls) -> frozenset[str]:
        """Names of the fields that are encrypted."""
        return frozenset(name for name, field in cls.model_fields.items() if PERSONAL in field.metadata)
