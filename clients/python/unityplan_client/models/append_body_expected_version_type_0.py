from typing import Literal

AppendBodyExpectedVersionType0 = Literal["any", "none"]

APPEND_BODY_EXPECTED_VERSION_TYPE_0_VALUES: set[AppendBodyExpectedVersionType0] = {
    "any",
    "none",
}


def check_append_body_expected_version_type_0(value: str) -> AppendBodyExpectedVersionType0:
    if value in APPEND_BODY_EXPECTED_VERSION_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {APPEND_BODY_EXPECTED_VERSION_TYPE_0_VALUES!r}")
