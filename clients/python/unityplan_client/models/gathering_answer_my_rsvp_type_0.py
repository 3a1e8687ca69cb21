from typing import Literal

GatheringAnswerMyRsvpType0 = Literal["declined", "going", "interested", "waiting"]

GATHERING_ANSWER_MY_RSVP_TYPE_0_VALUES: set[GatheringAnswerMyRsvpType0] = {
    "declined",
    "going",
    "interested",
    "waiting",
}


def check_gathering_answer_my_rsvp_type_0(value: str) -> GatheringAnswerMyRsvpType0:
    if value in GATHERING_ANSWER_MY_RSVP_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GATHERING_ANSWER_MY_RSVP_TYPE_0_VALUES!r}")
