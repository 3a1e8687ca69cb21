"""Which entries of the audit list are wanted, and which part of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.identifiers import Position

LARGEST_POSITION = 2**53 - 1

_PARAMETERS = {
    "wanted_actor": "actor",
    "types": "type",
    "wanted_request": "request_id",
    "wanted_address": "address",
    "since": "from",
    "until": "to",
}
"""What a limit is called in a query, where that is something else."""


@dataclass(frozen=True, slots=True)
class Selection:
    """None is any; `since` is included and `until` is not."""

    actor: str | None = None
    types: frozenset[str] | None = None
    subject: str | None = None
    request_id: str | None = None
    address: str | None = None
    has_reason: bool | None = None
    since: datetime | None = None
    until: datetime | None = None

    def given(self) -> dict[str, Any]:
        """What limits it, by name."""
        values = {
            "wanted_actor": self.actor,
            "types": sorted(self.types) if self.types is not None else None,
            "subject": self.subject,
            "wanted_request": self.request_id,
            "wanted_address": self.address,
            "has_reason": self.has_reason,
            "since": self.since,
            "until": self.until,
        }
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Part:
    """Positions behind `after` up to and with `upto`, from either end."""

    after: int = 0
    upto: int = LARGEST_POSITION
    is_newest_first: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is no position in it."""
        return self.after >= self.upto

    def beginning(self, head: Position, width: int) -> "Part":
        """The first positions of it, so many at most, in its order; none behind the head."""
        upto = min(self.upto, head)
        if self.is_newest_first:
            return Part(max(self.after, upto - width), upto, is_newest_first=True)
        return Part(self.after, min(upto, self.after + width))

    def without(self, beginning: "Part") -> "Part":
        """What is left of it."""
        if self.is_newest_first:
            return Part(self.after, beginning.after, is_newest_first=True)
        return Part(beginning.upto, self.upto)

    def covers(self, other: "Part", head: Position) -> bool:
        """Whether it has all of the other's positions up to the head."""
        return self.after <= other.after and self.upto >= min(other.upto, head)

    def behind(self, position: int, head: Position) -> "Part":
        """What is left of it once everything up to a position was given, in its order.

        What is sealed meanwhile is none of it: who reads all pages comes to an end, though each reading is an entry.
        """
        if self.is_newest_first:
            return Part(self.after, position - 1, is_newest_first=True)
        return Part(position, min(self.upto, head))


def shown_filters(wanted: Selection, part: Part) -> Mapping[str, str]:
    """What was asked for, as the event says that it was read."""
    given = {_PARAMETERS.get(name, name): value for name, value in wanted.given().items()}
    named = {**given, "after": part.after or None, "order": "desc" if part.is_newest_first else None}
    return {name: _text(value) for name, value in named.items() if value is not None}


def _text(value: object) -> str:
    match value:
        case list():
            return ",".join(value)
        case datetime():
            return value.isoformat()
        case _:
            return str(value)
