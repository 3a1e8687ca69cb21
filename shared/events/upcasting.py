"""Data of events that were written in an earlier version, read as the newest. What is hashed stays as it was written.

Each type's class knows its own earlier versions (`Event.earlier`); here they are applied, one after another.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from shared.events import catalogue
from shared.events.event import Event


class IncompleteCatalogue(Exception):
    """A type has versions that nobody can read any more."""


def newest(described: type[Event], schema_version: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as the newest version of its type has it; that of a version still unknown here stays as it is."""
    current = dict(data)
    for version in range(schema_version, described.schema_version):
        current = described.earlier[version].upcast(current)
    return current


def newest_known(event_type: str, schema_version: int, data: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """The version and the data as the catalogue's newest has it; of a type that it does not name, as they are."""
    described = catalogue.EVENTS.get(event_type)
    if described is None:
        return schema_version, dict(data)
    return max(schema_version, described.schema_version), newest(described, schema_version, data)


def require_complete(described: Iterable[type[Event]]) -> None:
    """Go on only if every version before a type's newest can be read: for a service's start.

    Raises:
        IncompleteCatalogue: naming the type and the versions.
    """
    for event in described:
        wanted, known = set(range(1, event.schema_version)), set(event.earlier)
        if missing := sorted(wanted - known):
            raise IncompleteCatalogue(f"{event.type}: no upcaster from version {', '.join(map(str, missing))}")
        if unknown := sorted(known - wanted):
            message = f"{event.type}: upcasters from version {', '.join(map(str, unknown))}, but the newest is "
            raise IncompleteCatalogue(f"{message}{event.schema_version}")


def fingerprint(described: Iterable[type[Event]]) -> str:
    """Of all types and their newest versions: what was folded with another one is to be folded anew."""
    versions = sorted(f"{event.type}:{event.schema_version}" for event in described)
    return hashlib.sha256("\n".join(versions).encode()).hexdigest()[:32]
