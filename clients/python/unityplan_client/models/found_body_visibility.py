from typing import Literal

FoundBodyVisibility = Literal["private", "public", "unlisted"]

FOUND_BODY_VISIBILITY_VALUES: set[FoundBodyVisibility] = {
    "private",
    "public",
    "unlisted",
}


def check_found_body_visibility(value: str) -> FoundBodyVisibility:
    if value in FOUND_BODY_VISIBILITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FOUND_BODY_VISIBILITY_VALUES!r}")
