from typing import Literal

RsvpAnswerStatus = Literal["declined", "going", "interested", "waiting"]

RSVP_ANSWER_STATUS_VALUES: set[RsvpAnswerStatus] = {
    "declined",
    "going",
    "interested",
    "waiting",
}


def check_rsvp_answer_status(value: str) -> RsvpAnswerStatus:
    if value in RSVP_ANSWER_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RSVP_ANSWER_STATUS_VALUES!r}")
