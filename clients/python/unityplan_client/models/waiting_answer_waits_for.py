from typing import Literal

WaitingAnswerWaitsFor = Literal["approval", "email-verification"]

WAITING_ANSWER_WAITS_FOR_VALUES: set[WaitingAnswerWaitsFor] = {
    "approval",
    "email-verification",
}


def check_waiting_answer_waits_for(value: str) -> WaitingAnswerWaitsFor:
    if value in WAITING_ANSWER_WAITS_FOR_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WAITING_ANSWER_WAITS_FOR_VALUES!r}")
