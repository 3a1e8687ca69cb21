from typing import Literal

ReadFeedScope = Literal["all", "home"]

READ_FEED_SCOPE_VALUES: set[ReadFeedScope] = {
    "all",
    "home",
}


def check_read_feed_scope(value: str) -> ReadFeedScope:
    if value in READ_FEED_SCOPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_FEED_SCOPE_VALUES!r}")
