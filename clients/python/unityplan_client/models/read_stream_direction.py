from typing import Literal

ReadStreamDirection = Literal["backward", "forward"]

READ_STREAM_DIRECTION_VALUES: set[ReadStreamDirection] = {
    "backward",
    "forward",
}


def check_read_stream_direction(value: str) -> ReadStreamDirection:
    if value in READ_STREAM_DIRECTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_STREAM_DIRECTION_VALUES!r}")
