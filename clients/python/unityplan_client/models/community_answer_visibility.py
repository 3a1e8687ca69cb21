from typing import Literal

CommunityAnswerVisibility = Literal["private", "public", "unlisted"]

COMMUNITY_ANSWER_VISIBILITY_VALUES: set[CommunityAnswerVisibility] = {
    "private",
    "public",
    "unlisted",
}


def check_community_answer_visibility(value: str) -> CommunityAnswerVisibility:
    if value in COMMUNITY_ANSWER_VISIBILITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COMMUNITY_ANSWER_VISIBILITY_VALUES!r}")
