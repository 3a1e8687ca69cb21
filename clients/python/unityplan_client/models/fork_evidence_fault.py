from typing import Literal

ForkEvidenceFault = Literal["bad-signature", "not-consistent", "other-epoch", "other-root", "smaller-tree"]

FORK_EVIDENCE_FAULT_VALUES: set[ForkEvidenceFault] = {
    "bad-signature",
    "not-consistent",
    "other-epoch",
    "other-root",
    "smaller-tree",
}


def check_fork_evidence_fault(value: str) -> ForkEvidenceFault:
    if value in FORK_EVIDENCE_FAULT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FORK_EVIDENCE_FAULT_VALUES!r}")
