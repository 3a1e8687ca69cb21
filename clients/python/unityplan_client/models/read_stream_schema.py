from typing import Literal

ReadStreamSchema = Literal["latest", "stored"]

READ_STREAM_SCHEMA_VALUES: set[ReadStreamSchema] = {
    "latest",
    "stored",
}


def check_read_stream_schema(value: str) -> ReadStreamSchema:
    if value in READ_STREAM_SCHEMA_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_STREAM_SCHEMA_VALUES!r}")
