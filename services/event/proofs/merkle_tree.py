"""The Merkle tree of RFC 6962 §2.1, in pure functions.

A tree of any size is a row of perfect subtrees, the larger to the left. Stored are the hashes of perfect subtrees at
every eighth level (tiles of 256, as in C2SP tlog-tiles), so that a proof reads O(log n) rows and sealing writes one row
for 256 leaves.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

NODE_PREFIX = b"\x01"
TILE_LEVELS = 8
EMPTY_ROOT = hashlib.sha256(b"").digest()

Node = tuple[int, int]
"""Level and index of a perfect subtree: it covers the leaves [index << level, (index + 1) << level)."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


def perfect_subtrees(start: int, end: int) -> list[Node]:
    """The perfect subtrees that make up the leaves [start, end), left to right, for a range that begins aligned."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def folded(hashes: Sequence[bytes]) -> bytes:
    """The hash of a range from its perfect subtrees: from the right, each becomes the right child."""
    *rest, result = hashes
    for left in reversed(rest):
        result = node_hash(left, result)
    return result


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The leaf ranges whose hashes are the audit path of leaf `index` in a tree of `size` leaves (§2.1.1)."""
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """The leaf ranges whose hashes prove that a tree of `new` leaves extends the one of `old` leaves (§2.1.2)."""
    ranges: list[tuple[int, int]] = []
    start, end, is_whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, is_whole = middle, False
    if not is_whole:
        ranges.append((start, end))
    return ranges[::-1]


def base_nodes(node: Node) -> list[Node]:
    """The stored nodes that a perfect subtree's hash is computed from: itself, or up to 128 of the tile level below."""
    level, index = node
    inside = level % TILE_LEVELS
    return [(level - inside, (index << inside) + offset) for offset in range(1 << inside)]


def subtree_hash(node: Node, stored: Mapping[Node, bytes]) -> bytes:
    """The hash of a perfect subtree from the stored ones."""
    hashes = [stored[base] for base in base_nodes(node)]
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def range_hash(bounds: tuple[int, int], stored: Mapping[Node, bytes]) -> bytes:
    """The hash of a leaf range of a path."""
    return folded([subtree_hash(node, stored) for node in perfect_subtrees(*bounds)])


@dataclass(slots=True)
class Frontier:
    """The right edge of a growing tree: the hashes of its perfect subtrees, left to right."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def copy(self) -> "Frontier":
        """One to grow while this one stays."""
        return Frontier(self.size, list(self.peaks))

    def extend(self, leaf_hashes: Iterable[bytes]) -> list[tuple[int, int, bytes]]:
        """Add leaves; the subtrees at tile levels that they completed, as (level, index, hash)."""
        completed = []
        peaks: list[bytes] = []
        row, first, level = list(leaf_hashes), self.size, 0
        self.size += len(row)
        # Level by level: what has no right neighbour yet is the peak of its level.
        while row or self.peaks:
            if level and level % TILE_LEVELS == 0:
                completed += [(level, index, grown) for index, grown in enumerate(row, first)]
            if first & 1:
                first -= 1
                row.insert(0, self.peaks.pop())
            if len(row) & 1:
                peaks.append(row.pop())
            row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
            first >>= 1
            level += 1
        self.peaks = peaks[::-1]
        return completed

    @property
    def root(self) -> bytes:
        """The root of the tree as it is."""
        return folded(self.peaks) if self.peaks else EMPTY_ROOT


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
