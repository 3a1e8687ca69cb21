from typing import Literal

NotificationKind = Literal["comment", "gathering", "member", "reply"]

NOTIFICATION_KIND_VALUES: set[NotificationKind] = {
    "comment",
    "gathering",
    "member",
    "reply",
}


def check_notification_kind(value: str) -> NotificationKind:
    if value in NOTIFICATION_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NOTIFICATION_KIND_VALUES!r}")
