"""A stream's events folded into one state: of every field what was said of it last."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from shared.events import catalogue
from shared.events.envelope import StoredEvent
from shared.events.event import personal_fields, shape_of
from shared.events.upcasting import newest_known
from shared.identifiers import Position

ORIGIN = "of"


@dataclass(frozen=True, slots=True)
class State:
    """After so many events. A personal field stands sealed, with the event and the field that it was sealed for."""

    version: int
    fields: Mapping[str, Any]
    types: frozenset[str]


EMPTY = State(0, {}, frozenset())


def folded(state: State, event: StoredEvent) -> State:
    """The state after one more event, read in its type's newest version; an event without data changes no field."""
    _, current = newest_known(event.type, event.schema_version, _with_origins(event))
    return State(event.version, {**state.fields, **current}, state.types | {event.type})


def shown_fields(state: State) -> dict[str, Any]:
    """All fields as they stand in their events."""
    return {
        name: {"person": value["person"], "cipher": value["cipher"]} if _is_sealed(value) else value
        for name, value in state.fields.items()
    }


def sealed_parts(state: State, like: StoredEvent) -> dict[str, StoredEvent]:
    """For each personal field that is sealed, an event with nothing but the field that it was sealed as."""
    return {
        name: replace(
            like,
            id=UUID(value[ORIGIN]["id"]),
            position=Position(0),
            type=value[ORIGIN]["type"],
            schema_version=value[ORIGIN]["schema_version"],
            data={value[ORIGIN]["field"]: {"person": value["person"], "cipher": value["cipher"]}},
        )
        for name, value in state.fields.items()
        if _is_sealed(value)
    }


def _with_origins(event: StoredEvent) -> dict[str, Any]:
    described = catalogue.EVENTS.get(event.type)
    names = personal_fields(shape_of(described, event.schema_version)) if described else frozenset[str]()
    origin = {"id": str(event.id), "type": event.type, "schema_version": event.schema_version}
    return {
        name: {**value, ORIGIN: {**origin, "field": name}} if name in names and isinstance(value, dict) else value
        for name, value in (event.data or {}).items()
    }


def _is_sealed(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"person", "cipher", ORIGIN}
