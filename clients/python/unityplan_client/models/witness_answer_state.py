from typing import Literal

WitnessAnswerState = Literal["consistent", "fork", "nothing-seen"]

WITNESS_ANSWER_STATE_VALUES: set[WitnessAnswerState] = {
    "consistent",
    "fork",
    "nothing-seen",
}


def check_witness_answer_state(value: str) -> WitnessAnswerState:
    if value in WITNESS_ANSWER_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WITNESS_ANSWER_STATE_VALUES!r}")
