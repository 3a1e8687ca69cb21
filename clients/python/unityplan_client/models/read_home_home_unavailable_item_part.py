from typing import Literal

ReadHomeHomeUnavailableItemPart = Literal["feed", "gatherings", "profile", "unread"]

READ_HOME_HOME_UNAVAILABLE_ITEM_PART_VALUES: set[ReadHomeHomeUnavailableItemPart] = {
    "feed",
    "gatherings",
    "profile",
    "unread",
}


def check_read_home_home_unavailable_item_part(value: str) -> ReadHomeHomeUnavailableItemPart:
    if value in READ_HOME_HOME_UNAVAILABLE_ITEM_PART_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_HOME_HOME_UNAVAILABLE_ITEM_PART_VALUES!r}")
