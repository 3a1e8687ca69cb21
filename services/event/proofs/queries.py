"""Reading the tree: heads, and the stored nodes that proofs are made of."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

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
from services.event.proofs.tables import tree_heads, tree_nodes
from services.event.proofs.tree_head import TreeHead
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
_LATEST_HEAD = compiled(select(tree_heads).order_by(tree_heads.c.tree_size.desc()).limit(1))
_KEEP_HEAD = compiled(
    insert(tree_heads).values({column.name: bindparam(column.name) for column in tree_heads.c}).on_conflict_do_nothing()
)


async def find_latest_head(source: Pool, territory: str, epoch: UUID) -> TreeHead | None:
    """The head of the largest tree that was signed."""
    row = await source.fetch_row(_LATEST_HEAD)
    if row is None:
        return None
    return TreeHead(
        territory, epoch, row["tree_size"], row["root_hash"], row["signed_at"], row["key_id"], row["signature"]
    )


async def keep_head(source: Pool | Connection, head: TreeHead) -> None:
    """Keep a signed head; the first one of a size stays."""
    await source.execute(
        _KEEP_HEAD,
        tree_size=head.tree_size,
        root_hash=head.root_hash,
        signed_at=head.signed_at,
        key_id=head.key_id,
        signature=head.signature,
    )


async def read_frontier(source: Pool | Connection, size: int) -> Frontier:
    """The right edge of the tree with `size` leaves."""
    nodes = perfect_subtrees(0, size)
    stored = await _read_nodes(source, nodes)
    return Frontier(size, [subtree_hash(node, stored) for node in nodes])


async def inclusion_path(source: Pool, index: int, size: int) -> list[bytes]:
    """The audit path of a leaf. Cost: O(log n) rows."""
    return await _hashes_of(source, inclusion_ranges(index, size))


async def consistency_path(source: Pool, old: int, new: int) -> list[bytes]:
    """The proof that the larger tree extends the smaller. Cost: O(log n) rows."""
    return await _hashes_of(source, consistency_ranges(old, new) if 0 < old < new else [])


async def find_leaf(source: Pool, position: int) -> bytes | None:
    """The leaf hash of a position."""
    rows = await source.fetch(_LEAVES, positions=[position])
    return bytes(rows[0]["leaf_hash"]) if rows else None


async def _hashes_of(source: Pool, ranges: list[tuple[int, int]]) -> list[bytes]:
    stored = await _read_nodes(source, [node for bounds in ranges for node in perfect_subtrees(*bounds)])
    return [range_hash(bounds, stored) for bounds in ranges]


async def _read_nodes(source: Pool | Connection, nodes: Iterable[Node]) -> dict[Node, bytes]:
    wanted: dict[int, list[int]] = {}
    for level, index in (base for node in nodes for base in base_nodes(node)):
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
