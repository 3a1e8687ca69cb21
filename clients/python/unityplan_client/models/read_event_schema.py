from typing import Literal

ReadEventSchema = Literal["latest", "stored"]

READ_EVENT_SCHEMA_VALUES: set[ReadEventSchema] = {
    "latest",
    "stored",
}


def check_read_event_schema(value: str) -> ReadEventSchema:
    if value in READ_EVENT_SCHEMA_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_EVENT_SCHEMA_VALUES!r}")
