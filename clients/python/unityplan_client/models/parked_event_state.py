from typing import Literal

ParkedEventState = Literal["parked", "replaying"]

PARKED_EVENT_STATE_VALUES: set[ParkedEventState] = {
    "parked",
    "replaying",
}


def check_parked_event_state(value: str) -> ParkedEventState:
    if value in PARKED_EVENT_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PARKED_EVENT_STATE_VALUES!r}")
