"""Which events are wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Selection:
    """None is any; `viewer` limits it to what this actor caused, `since` is included and `until` is not."""

    types: frozenset[str] | None = None
    wanted_actor: str | None = None
    viewer: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def covers(self, envelope: Mapping[str, Any]) -> bool:
        """Whether an event is wanted, by its type, actor and time."""
        return (
            (self.types is None or envelope["type"] in self.types)
            and self.wanted_actor in (None, envelope["actor"])
            and self.viewer in (None, envelope["actor"])
            and (self.since is None or envelope["occurred_at"] >= self.since)
            and (self.until is None or envelope["occurred_at"] < self.until)
        )

    def given(self) -> dict[str, Any]:
        """What limits it, by name."""
        values = {
            "types": sorted(self.types) if self.types is not None else None,
            "wanted_actor": self.wanted_actor,
            "viewer": self.viewer,
            "since": self.since,
            "until": self.until,
        }
        return {name: value for name, value in values.items() if value is not None}
