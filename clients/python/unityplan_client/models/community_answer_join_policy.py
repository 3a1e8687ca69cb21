from typing import Literal

CommunityAnswerJoinPolicy = Literal["approval", "invitation", "open"]

COMMUNITY_ANSWER_JOIN_POLICY_VALUES: set[CommunityAnswerJoinPolicy] = {
    "approval",
    "invitation",
    "open",
}


def check_community_answer_join_policy(value: str) -> CommunityAnswerJoinPolicy:
    if value in COMMUNITY_ANSWER_JOIN_POLICY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COMMUNITY_ANSWER_JOIN_POLICY_VALUES!r}")
