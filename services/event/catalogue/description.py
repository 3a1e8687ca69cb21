"""Types of events described in JSON Schema (2020-12), from the classes that write and read them."""

from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from shared.events import catalogue
from shared.events.event import Event, personal_fields, shape_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SEALED = {
    "type": "object",
    "description": "encrypted under the person's key",
    "properties": {"person": {"type": "string", "format": "uuid"}, "cipher": {"type": "string"}},
    "required": ["person", "cipher"],
    "additionalProperties": False,
}
_ERASED = {"type": "null", "description": "erased"}


def described() -> list[dict[str, Any]]:
    """Every type, by name."""
    return [_description(catalogue.EVENTS[name]) for name in sorted(catalogue.EVENTS)]


def described_type(event_type: str) -> dict[str, Any] | None:
    """One type, None when the catalogue has no such."""
    event = catalogue.EVENTS.get(event_type)
    return _description(event) if event else None


@lru_cache(maxsize=1024)
def _description(event: type[Event]) -> dict[str, Any]:
    return {
        "type": event.type,
        "service": event.type.partition(".")[0],
        "category": event.category,
        "description": event.__dict__.get("__doc__") or "",
        "external": event.external,
        "audit_only": event.audit_only,
        "schema_version": event.schema_version,
        "person_field": event.person_field,
        "personal_fields": sorted(event.personal_fields()),
        "schemas": {
            str(version): _schema(event, version, shape_of(event, version))
            for version in range(1, event.schema_version + 1)
        },
    }


def _schema(event: type[Event], version: int, shape: type[BaseModel]) -> dict[str, Any]:
    """Of `data` as it is proposed and revealed; a personal field also as it is stored, and as it is when erased."""
    schema = shape.model_json_schema()
    for name in personal_fields(shape):
        text = schema["properties"][name]
        about = {key: text.pop(key) for key in ("title", "default") if key in text}
        schema["properties"][name] = {**about, "anyOf": [text, _SEALED, _ERASED], "x-personal": True}
    return {
        "$schema": DIALECT,
        "$id": f"urn:unityplan:event:{event.type}:{version}",
        **schema,
        "title": event.type,
    }
