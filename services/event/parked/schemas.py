"""The shapes of parked events."""

from typing import Any, Literal

from pydantic import BaseModel

from shared.clock import format_time
from shared.database.connection import Row
from shared.web.formats import IdText, TimeText


class ParkedEvent(BaseModel):
    """An event that a consumer set aside after so many attempts; `replaying` once it is asked for again."""

    consumer: str
    position: int
    event_id: IdText
    type: str
    reason: str
    attempts: int
    state: Literal["parked", "replaying"]
    parked_at: TimeText
    requested_at: TimeText | None


class ParkedEventAnswer(ParkedEvent):
    """With the event as it is stored."""

    event: dict[str, Any]


class ParkedEventList(BaseModel):
    """Parked events by consumer and position."""

    items: list[ParkedEvent]
    next_cursor: str | None


class ParkedProgress(BaseModel):
    """How many were taken, and how many are left: then call again."""

    taken: int
    left: int


def parked_fields(row: Row) -> dict[str, Any]:
    """A row as its JSON members."""
    requested = row["requested_at"]
    return {
        "consumer": row["consumer"],
        "position": row["position"],
        "event_id": str(row["event_id"]),
        "type": row["type"],
        "reason": row["reason"],
        "attempts": row["attempts"],
        "state": row["state"],
        "parked_at": format_time(row["parked_at"]),
        "requested_at": format_time(requested) if requested else None,
    }
