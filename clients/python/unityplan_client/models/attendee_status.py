from typing import Literal

AttendeeStatus = Literal["going", "interested", "waiting"]

ATTENDEE_STATUS_VALUES: set[AttendeeStatus] = {
    "going",
    "interested",
    "waiting",
}


def check_attendee_status(value: str) -> AttendeeStatus:
    if value in ATTENDEE_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ATTENDEE_STATUS_VALUES!r}")
