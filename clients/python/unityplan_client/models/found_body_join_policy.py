from typing import Literal

FoundBodyJoinPolicy = Literal["approval", "invitation", "open"]

FOUND_BODY_JOIN_POLICY_VALUES: set[FoundBodyJoinPolicy] = {
    "approval",
    "invitation",
    "open",
}


def check_found_body_join_policy(value: str) -> FoundBodyJoinPolicy:
    if value in FOUND_BODY_JOIN_POLICY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FOUND_BODY_JOIN_POLICY_VALUES!r}")
