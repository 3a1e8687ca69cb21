"""Reading the tree: the stored nodes that proofs are made of."""

from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.event.proofs.merkle_tree import (
    Frontier,
    Node,
    base_nodes,
    consistency_ranges,
    inclusion_ranges,
    perfect_subtrees,
    range_hash,
    subtree_hash,
)
from services.event.proofs.tables import tree_nodes
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.events.tables import seals

_POSITIONS = bindparam("positions", type_=ARRAY(BigInteger))
_LEAVES = compiled(select(seals.c.position, seals.c.leaf_hash).where(seals.c.position == func.any(_POSITIONS)))
_NODES = compiled(
    select(tree_nodes.c.level, tree_nodes.c.index, tree_nodes.c.hash).where(
        tree_nodes.c.level == bindparam("wanted"),
        tree_nodes.c.index == func.any(bindparam("indices", type_=ARRAY(BigInteger))),
    )
)


async def read_frontier(source: Pool | Connection, size: int) -> Frontier:
    """The right edge of the tree with `size` leaves."""
    nodes = perfect_subtrees(0, size)
    stored = await _read_nodes(source, nodes)
    return Frontier(size, [subtree_hash(node, stored) for node in nodes])


async def inclusion_path(source: Pool, index: int, size: int) -> list[bytes]:
    """The audit path of a leaf. Cost: O(log n) rows."""
    return await _hashes_of(source, inclusion_ranges(index, size))


async def inclusion_paths(source: Pool, indices: Sequence[int], size: int) -> list[list[bytes]]:
    """The audit paths of several leaves; what they share is read and hashed once."""
    wanted = [inclusion_ranges(index, size) for index in indices]
    bounds = list(dict.fromkeys(bounds for ranges in wanted for bounds in ranges))
    hashes = dict(zip(bounds, await _hashes_of(source, bounds), strict=True))
    return [[hashes[bounds] for bounds in ranges] for ranges in wanted]


async def consistency_path(source: Pool, old: int, new: int) -> list[bytes]:
    """The proof that the larger tree extends the smaller. Cost: O(log n) rows."""
    return await _hashes_of(source, consistency_ranges(old, new) if 0 < old < new else [])


async def find_leaf(source: Pool, position: int) -> bytes | None:
    """The leaf hash of a position."""
    return (await find_leaves(source, [position])).get(position)


async def find_leaves(source: Pool, positions: Sequence[int]) -> dict[int, bytes]:
    """The leaf hashes of positions, of those that there are."""
    return {row["position"]: row["leaf_hash"] for row in await source.fetch(_LEAVES, positions=list(positions))}


async def _hashes_of(source: Pool, ranges: list[tuple[int, int]]) -> list[bytes]:
    stored = await _read_nodes(source, [node for bounds in ranges for node in perfect_subtrees(*bounds)])
    return [range_hash(bounds, stored) for bounds in ranges]


async def _read_nodes(source: Pool | Connection, nodes: Iterable[Node]) -> dict[Node, bytes]:
    wanted: dict[int, list[int]] = {}
    for level, index in dict.fromkeys(base for node in nodes for base in base_nodes(node)):
        wanted.setdefault(level, []).append(index)
    stored: dict[Node, bytes] = {}
    for level, indices in wanted.items():
        if level == 0:
            rows = await source.fetch(_LEAVES, positions=[index + 1 for index in indices])
            stored |= {(0, row["position"] - 1): row["leaf_hash"] for row in rows}
        else:
            rows = await source.fetch(_NODES, wanted=level, indices=indices)
            stored |= {(level, row["index"]): row["hash"] for row in rows}
    return stored
