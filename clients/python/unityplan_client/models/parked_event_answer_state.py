from typing import Literal

ParkedEventAnswerState = Literal["parked", "replaying"]

PARKED_EVENT_ANSWER_STATE_VALUES: set[ParkedEventAnswerState] = {
    "parked",
    "replaying",
}


def check_parked_event_answer_state(value: str) -> ParkedEventAnswerState:
    if value in PARKED_EVENT_ANSWER_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PARKED_EVENT_ANSWER_STATE_VALUES!r}")
