"""The Merkle tree against RFC 6962 written out naively."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from services.event.proofs.merkle_tree import (
    EMPTY_ROOT,
    Frontier,
    Node,
    base_nodes,
    consistency_ranges,
    inclusion_ranges,
    perfect_subtrees,
    range_hash,
)


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1 over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def leaf(index: int) -> bytes:
    return hashlib.sha256(b"\x00" + str(index).encode()).digest()


def stored_nodes(size: int) -> tuple[Frontier, dict[Node, bytes]]:
    """What the sealer keeps of a tree: leaves and completed tile nodes."""
    frontier, stored = Frontier(), {}
    for index in range(size):
        stored[0, index] = leaf(index)
        for level, at, digest in frontier.extend([leaf(index)]):
            stored[level, at] = digest
    return frontier, stored


def root_from_inclusion(index: int, size: int, digest: bytes, path: list[bytes]) -> bytes:
    """The verifier of RFC 9162 §2.1.3.2."""
    fn, sn, result = index, size - 1, digest
    for step in path:
        assert sn > 0
        if fn % 2 or fn == sn:
            result = hashlib.sha256(b"\x01" + step + result).digest()
            while fn % 2 == 0 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = hashlib.sha256(b"\x01" + result + step).digest()
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0
    return result


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> bool:
    """The verifier of RFC 9162 §2.1.4.2."""
    if old == new:
        return not path and old_root == new_root
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    fn, sn = old - 1, new - 1
    while fn % 2:
        fn, sn = fn >> 1, sn >> 1
    first, second = steps[0], steps[0]
    for step in steps[1:]:
        if fn % 2 or fn == sn:
            first = hashlib.sha256(b"\x01" + step + first).digest()
            second = hashlib.sha256(b"\x01" + step + second).digest()
            while fn % 2 == 0 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = hashlib.sha256(b"\x01" + second + step).digest()
        fn, sn = fn >> 1, sn >> 1
    return first == old_root and second == new_root and sn == 0


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert Frontier().root == EMPTY_ROOT == naive_root([])


def test_the_root_is_the_one_of_the_rfc_for_every_size() -> None:
    frontier = Frontier()
    for size in range(1, 301):
        frontier.extend([leaf(size - 1)])
        assert frontier.root == naive_root([leaf(index) for index in range(size)])


@given(st.lists(st.integers(0, 700), max_size=6))
def test_a_tree_is_the_same_however_many_leaves_are_added_at_once(counts: list[int]) -> None:
    frontier, stored = Frontier(), dict[Node, bytes]()
    for count in counts:
        added = [leaf(index) for index in range(frontier.size, frontier.size + count)]
        stored |= {(level, at): digest for level, at, digest in frontier.extend(added)}
    one_by_one, kept = stored_nodes(sum(counts))
    assert frontier == one_by_one
    assert stored == {node: digest for node, digest in kept.items() if node[0]}


@given(st.data())
def test_an_inclusion_proof_leads_to_the_root(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 1200))
    index = data.draw(st.integers(0, size - 1))
    frontier, stored = stored_nodes(size)
    path = [range_hash(bounds, stored) for bounds in inclusion_ranges(index, size)]
    assert root_from_inclusion(index, size, leaf(index), path) == frontier.root


@given(st.data())
def test_a_consistency_proof_joins_two_roots(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 1200))
    old = data.draw(st.integers(1, new))
    frontier, stored = stored_nodes(new)
    path = [range_hash(bounds, stored) for bounds in consistency_ranges(old, new)] if old < new else []
    assert check_consistency(old, new, stored_nodes(old)[0].root, frontier.root, path)


@given(st.integers(0, 100_000))
def test_a_frontier_read_back_needs_few_stored_nodes(size: int) -> None:
    needed = [base for node in perfect_subtrees(0, size) for base in base_nodes(node)]
    assert len(needed) <= 255 * 3
