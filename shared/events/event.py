"""The base of every event: a closed, frozen model that knows its type, its stream and what in it is personal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer

from shared.clock import format_time


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a text field that is stored encrypted under the key of the person named by the event's `person_field`."""


PERSONAL = Personal()

Moment = Annotated[AwareDatetime, PlainSerializer(format_time, when_used="json")]
"""A time in an event's data, written as everywhere."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A version of a type's data that is no longer written: its shape, and a pure function to the next version's data.

    A personal field arrives in it as text, as None when it is erased, or sealed as an object that is passed on whole.
    """

    shape: type[BaseModel]
    upcast: Callable[[dict[str, Any]], dict[str, Any]]


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
    earlier: ClassVar[Mapping[int, Earlier]] = {}
    """By number, each version before `schema_version`."""

    @classmethod
    def personal_fields(cls) -> frozenset[str]:
        """Names of the fields that are encrypted."""
        return personal_fields(cls)


def shape_of(described: type[Event], schema_version: int) -> type[BaseModel]:
    """What data of a version looks like; that of a version unknown here is taken for the newest."""
    return described.earlier[schema_version].shape if schema_version in described.earlier else described


@cache
def personal_fields(shape: type[BaseModel]) -> frozenset[str]:
    """Names of the fields of a shape that are encrypted."""
    return frozenset(name for name, field in shape.model_fields.items() if PERSONAL in field.metadata)
