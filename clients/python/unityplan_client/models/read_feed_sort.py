from typing import Literal

ReadFeedSort = Literal["active", "hot", "new", "top"]

READ_FEED_SORT_VALUES: set[ReadFeedSort] = {
    "active",
    "hot",
    "new",
    "top",
}


def check_read_feed_sort(value: str) -> ReadFeedSort:
    if value in READ_FEED_SORT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_FEED_SORT_VALUES!r}")
