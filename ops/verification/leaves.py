"""Recomputing leaves from the rows of events, a range of positions at a time; run in processes side by side."""

import asyncio
import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson

from ops.verification.archived import read_archived
from ops.verification.report import Fault
from services.event.proofs.merkle_tree import Frontier, node_hash
from shared.clock import format_time
from shared.events.archive import BLOCK, first_of_block
from shared.events.canonical import canonical_bytes
from shared.events.envelope import LEAF_PREFIX

TILE = 256
PAGE = 64 * TILE
# A page is sorted in memory.
ROOMY = {"work_mem": "64MB"}
# More of them tell no more.
MOST_FAULTS = 100

# The range of `seq` lets the events be read in their order instead of one by one; half the time, measured.
_ROWS = (
    "WITH s AS MATERIALIZED (SELECT position, seq, leaf_hash FROM seals WHERE position > $1 AND position <= $2)"
    " SELECT s.position, s.leaf_hash, e.id::text AS id, e.stream, e.version, e.type, e.schema_version, e.actor,"
    " e.occurred_at, e.data, e.metadata"
    " FROM s LEFT JOIN events e ON e.seq = s.seq"
    " AND e.seq >= (SELECT min(seq) FROM s) AND e.seq <= (SELECT max(seq) FROM s) ORDER BY s.position"
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Positions (after, until], beginning at a tile, and the head sizes that lie inside."""

    url: str
    after: int
    until: int
    sizes: Sequence[int]


@dataclass(slots=True)
class Checked:
    """The hashes of whole tiles in order, the right edges inside tiles at the head sizes, and what is wrong."""

    tiles: list[bytes] = field(default_factory=list)
    edges: dict[int, list[bytes]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def check_stretch(stretch: Stretch) -> Checked:
    """The work of one process."""
    return asyncio.run(check(stretch))


async def check(stretch: Stretch) -> Checked:
    """Recompute every leaf of a stretch.

    Raises:
        OSError, asyncpg.PostgresError: the database cannot be read.
    """
    checked = Checked()
    sizes = sorted(stretch.sizes)
    connection = await asyncpg.connect(stretch.url, server_settings=ROOMY)
    try:
        await connection.set_type_codec(
            "jsonb", schema="pg_catalog", encoder=orjson.dumps, decoder=_without_version, format="binary"
        )
        for after in range(stretch.after, stretch.until, PAGE):
            rows = await connection.fetch(_ROWS, after, min(after + PAGE, stretch.until))
            archived = await read_archived(connection, rows)
            leaves = _leaves(rows, range(after + 1, min(after + PAGE, stretch.until) + 1), checked, archived)
            for start in range(0, len(leaves), TILE):
                tile = leaves[start : start + TILE]
                _add_edges(checked, tile, after + start, sizes)
                if len(tile) == TILE:
                    checked.tiles.append(_root_of(tile))
    finally:
        await connection.close()
    return checked


def _without_version(raw: bytes) -> bytes:
    """The text of a jsonb in binary form, of which the first byte is a version."""
    return raw[1:]


def _leaves(rows: Sequence[Any], positions: range, checked: Checked, archived: Mapping[int, Any]) -> list[bytes]:
    """A leaf for each position; where an event or its seal is gone, what the seal says or zeros."""
    found = {row["position"]: row for row in rows} if len(rows) != len(positions) else None
    leaves = []
    for index, position in enumerate(positions):
        row = rows[index] if found is None else found.get(position)
        leaf = _leaf_of(row, archived) if row is not None and row["id"] is not None else None
        sealed = row["leaf_hash"] if row is not None else bytes(32)
        if leaf != sealed and len(checked.faults) < MOST_FAULTS:
            checked.faults.append(Fault(position, _complaint(row, leaf)))
        leaves.append(leaf or sealed)
    return leaves


def _leaf_of(row: Any, archived: Mapping[int, Any]) -> bytes | None:  # noqa: ANN401 (driver's)
    place, _, identity, stream, version, kind, schema_version, actor, occurred_at, data, metadata = row
    if data is None and place not in archived:
        return None
    try:
        event = {
            "id": identity,
            "stream": stream,
            "version": version,
            "type": kind,
            "schema_version": schema_version,
            "actor": actor,
            "occurred_at": format_time(occurred_at),
            "data": archived[place] if data is None else orjson.loads(data),
            "metadata": orjson.loads(metadata),
        }
        is_plain = data is not None and _is_plain(data) and _is_plain(metadata)
        content = orjson.dumps(event, option=orjson.OPT_SORT_KEYS) if is_plain else canonical_bytes(event)
    except (ValueError, OverflowError, RecursionError):
        # No service writes what cannot be encoded.
        return None
    return hashlib.sha256(LEAF_PREFIX + content).digest()


def _is_plain(raw: bytes) -> bool:
    """Whether sorting is all that makes this text of a jsonb canonical: no key beyond ASCII and no fraction in it.

    `canonical_bytes` asks the same of values, at ten times the cost. A number too large for it was never sealed.
    """
    return raw.isascii() and b"." not in raw


def _complaint(row: Any, leaf: bytes | None) -> str:  # noqa: ANN401 (driver's)
    if row is None:
        return "the position is gone from the seals"
    if row["id"] is None:
        return "its event is gone"
    if row["data"] is None and leaf is None:
        first = first_of_block(row["position"])
        return f"the archived block of positions {first} to {first + BLOCK - 1} is damaged or gone"
    return "its event is not the one that was sealed" if leaf else "its event cannot be encoded: no service wrote it"


def _root_of(tile: Sequence[bytes]) -> bytes:
    hashes = tile
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def _add_edges(checked: Checked, tile: Sequence[bytes], start: int, sizes: list[int]) -> None:
    """The peaks inside the tile at each head size that ends in it."""
    wanted = set(sizes[bisect_right(sizes, start) : bisect_right(sizes, start + len(tile))])
    if not wanted:
        return
    frontier = Frontier()
    for size, leaf in enumerate(tile, start + 1):
        frontier.extend([leaf])
        if size in wanted:
            checked.edges[size] = list(frontier.peaks)
