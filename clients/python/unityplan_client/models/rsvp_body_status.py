from typing import Literal

RsvpBodyStatus = Literal["declined", "going", "interested"]

RSVP_BODY_STATUS_VALUES: set[RsvpBodyStatus] = {
    "declined",
    "going",
    "interested",
}


def check_rsvp_body_status(value: str) -> RsvpBodyStatus:
    if value in RSVP_BODY_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RSVP_BODY_STATUS_VALUES!r}")
