"""The shapes of answers to gatherings."""

from typing import Literal

from pydantic import BaseModel

from shared.web.bodies import RequestBody, example
from shared.web.formats import IdText, TimeText


class RsvpBody(RequestBody):
    """Whether one comes."""

    model_config = example({"status": "going"})

    status: Literal["going", "interested", "declined"]


class RsvpAnswer(BaseModel):
    """What became of it; `place_in_line` is there while one waits, 1 for who gets the next place."""

    status: Literal["going", "waiting", "interested", "declined"]
    place_in_line: int = 0


class Attendee(BaseModel):
    """Somebody who comes, waits for a place or is interested."""

    account_id: IdText
    username: str | None
    status: Literal["going", "waiting", "interested"]
    place_in_line: int | None
    answered_at: TimeText


class AttendeeList(BaseModel):
    """Who is going, who is interested, who waits: each in the order in which they asked."""

    items: list[Attendee]
    next_cursor: str | None
