"""The shapes of gatherings."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from shared.time_zones import require_time_zone
from shared.web.bodies import RequestBody, example
from shared.web.formats import IdText, TimeText
from shared.web.times import Moment

Rsvp = Literal["going", "waiting", "interested", "declined"]

Line = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"


class GatheringBody(RequestBody):
    """A gathering to be announced. Without `capacity` there is a place for everyone."""

    model_config = example(
        {
            "title": "Harbour clean-up",
            "starts_at": "2030-05-04T10:00:00+02:00",
            "ends_at": "2030-05-04T13:00:00+02:00",
            "time_zone": "Europe/Copenhagen",
            "capacity": 50,
            "place": "Nyhavn 1",
        }
    )

    title: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=Line)]
    starts_at: Moment
    ends_at: Moment
    time_zone: Annotated[str, AfterValidator(require_time_zone)] = Field(
        max_length=64, description="a name of the IANA database: Europe/Copenhagen", examples=["Europe/Copenhagen"]
    )
    capacity: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] | None = None
    place: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=Line)] | None = None
    # Only these two schemes: `javascript:` would attack whoever follows it.
    url: Annotated[str, StringConstraints(max_length=500, pattern=r"^https?://[^\s\x00-\x1f\x7f<>\"]+$")] | None = None


class GatheringCommunity(BaseModel):
    """Whose gathering it is."""

    id: IdText
    slug: str
    name: str


class GatheringAnswer(BaseModel):
    """A gathering; `my_rsvp` is null for those who have not answered, `my_place_in_line` unless one waits."""

    id: IdText
    community_id: IdText
    organiser_id: IdText
    title: str
    starts_at: TimeText
    ends_at: TimeText
    time_zone: str
    capacity: int | None
    place: str | None
    url: str | None
    going_count: int
    waiting_count: int
    interested_count: int
    created_at: TimeText
    version: int
    my_rsvp: Rsvp | None
    my_place_in_line: int | None
    community: GatheringCommunity


class GatheringList(BaseModel):
    """Gatherings, soonest first."""

    items: list[GatheringAnswer]
    next_cursor: str | None
