"""What a gathering is made of."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.errors import FieldError, Kind, ServiceError


@dataclass(frozen=True, slots=True)
class NewGathering:
    """A gathering about to be announced."""

    id: UUID
    community_id: UUID
    organiser_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    capacity: int | None
    place: str | None
    url: str | None


def require_duration(starts_at: datetime, ends_at: datetime) -> None:
    """It ends after it has begun.

    Raises:
        ServiceError: invalid `ends-before-start`.
    """
    if ends_at <= starts_at:
        fault = FieldError("/ends_at", "ends-before-start", "A gathering ends after it has started.")
        raise ServiceError(Kind.INVALID, "ends-before-start", fault.detail, errors=[fault])
