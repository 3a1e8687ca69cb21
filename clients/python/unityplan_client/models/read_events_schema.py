from typing import Literal

ReadEventsSchema = Literal["latest", "stored"]

READ_EVENTS_SCHEMA_VALUES: set[ReadEventsSchema] = {
    "latest",
    "stored",
}


def check_read_events_schema(value: str) -> ReadEventsSchema:
    if value in READ_EVENTS_SCHEMA_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_EVENTS_SCHEMA_VALUES!r}")
