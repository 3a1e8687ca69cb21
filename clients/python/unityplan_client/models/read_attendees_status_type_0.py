from typing import Literal

ReadAttendeesStatusType0 = Literal["going", "interested", "waiting"]

READ_ATTENDEES_STATUS_TYPE_0_VALUES: set[ReadAttendeesStatusType0] = {
    "going",
    "interested",
    "waiting",
}


def check_read_attendees_status_type_0(value: str) -> ReadAttendeesStatusType0:
    if value in READ_ATTENDEES_STATUS_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_ATTENDEES_STATUS_TYPE_0_VALUES!r}")
