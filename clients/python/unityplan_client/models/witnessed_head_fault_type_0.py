from typing import Literal

WitnessedHeadFaultType0 = Literal["bad-signature", "not-consistent", "other-epoch", "other-root", "smaller-tree"]

WITNESSED_HEAD_FAULT_TYPE_0_VALUES: set[WitnessedHeadFaultType0] = {
    "bad-signature",
    "not-consistent",
    "other-epoch",
    "other-root",
    "smaller-tree",
}


def check_witnessed_head_fault_type_0(value: str) -> WitnessedHeadFaultType0:
    if value in WITNESSED_HEAD_FAULT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WITNESSED_HEAD_FAULT_TYPE_0_VALUES!r}")
