from typing import Literal

BuildAnswerState = Literal["building", "retired", "serving"]

BUILD_ANSWER_STATE_VALUES: set[BuildAnswerState] = {
    "building",
    "retired",
    "serving",
}


def check_build_answer_state(value: str) -> BuildAnswerState:
    if value in BUILD_ANSWER_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BUILD_ANSWER_STATE_VALUES!r}")
