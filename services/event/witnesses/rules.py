"""When a head contradicts what was seen before, in pure functions."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Fault(StrEnum):
    """Why a head is not cosigned."""

    BAD_SIGNATURE = "bad-signature"
    OTHER_EPOCH = "other-epoch"
    SMALLER_TREE = "smaller-tree"
    OTHER_ROOT = "other-root"
    NOT_CONSISTENT = "not-consistent"


@dataclass(frozen=True, slots=True)
class Sight:
    """What counts of a head: which store, how many leaves, which root."""

    epoch: UUID
    tree_size: int
    root_hash: bytes


def contradiction(known: Sight, seen: Sight) -> Fault | None:
    """What is wrong with a head beside the last one, as far as no proof is needed.

    None says that it is the same head, or one of a larger tree whose consistency is still to be proven.
    """
    if seen.epoch != known.epoch:
        return Fault.OTHER_EPOCH
    if seen.tree_size < known.tree_size:
        return Fault.SMALLER_TREE
    if seen.tree_size == known.tree_size and seen.root_hash != known.root_hash:
        return Fault.OTHER_ROOT
    return None
