"""That one tree extends another, checked from two roots and a path. Source: RFC 9162 §2.1.4.2."""

from collections.abc import Sequence

from services.event.proofs.merkle_tree import node_hash

Root = tuple[int, bytes]
"""A tree's size and root hash."""


def extends(old: Root, new: Root, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the new tree begins with the leaves of the old one; sizes are in order."""
    (old_size, old_root), (new_size, new_root) = old, new
    if old_size == new_size:
        return old_root == new_root and not path
    if old_size == 0:
        # Everything extends the tree of nothing.
        return not path
    is_power_of_two = old_size & (old_size - 1) == 0
    steps = [old_root, *path] if is_power_of_two else list(path)
    return bool(path) and _roots_of(old_size, new_size, steps) == (old_root, new_root)


def _roots_of(old_size: int, new_size: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The roots that the steps lead to; None when there are too many or too few for the sizes."""
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None
