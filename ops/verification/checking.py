"""The check of one territory: leaves, tree, heads, and what remembers a longer history than there is."""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import asyncpg

from ops.verification.beside import Memory, broken_streams, gone, overlooked, remembered, replaced
from ops.verification.leaves import ROOMY, TILE, Checked, Stretch, check, check_stretch
from ops.verification.report import Fault, Report
from services.event.proofs.merkle_tree import EMPTY_ROOT, TILE_LEVELS, folded, node_hash, perfect_subtrees
from services.event.proofs.tree_head import TreeHead

PROCESSES = 2
# Below so many events a second process costs more than it saves.
WORTH_TWO = 20_000

_SIZE = "SELECT coalesce(max(position), 0) FROM seals"
_HEADS = "SELECT tree_size, root_hash, signed_at, key_id, signature FROM tree_heads ORDER BY tree_size"
_KEYS = "SELECT public_key FROM tree_head_keys"
_NODES = "SELECT level, index, hash FROM tree_nodes ORDER BY level, index"
_EPOCH = "SELECT epoch FROM sealer_terms"
_COSIGNED = "SELECT witness, tree_size, root_hash FROM cosignatures WHERE epoch = $1 ORDER BY tree_size"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something outside the events that says what the tree of a size was."""

    name: str
    tree_size: int
    root_hash: bytes


class Check:
    """One territory's record, through the services' role; reads only."""

    def __init__(
        self,
        url: str,
        territory: str,
        trusted: Collection[bytes],
        given: Sequence[TreeHead] = (),
        published: Mapping[int, bytes] | None = None,
    ) -> None:
        """`trusted` are the public keys that the operator vouches for; `given` are heads that somebody kept.

        `published` are leaves as the message stream has them, by position.
        """
        self._url = url
        self._report = Report(territory)
        self._trusted = trusted
        self._given = given
        self._published = published or {}
        self._bounded: list[tuple[int, int, str]] = []

    async def run(self) -> Report:
        """Look at everything once.

        Raises:
            OSError, asyncpg.PostgresError: the database cannot be read.
        """
        began = time.perf_counter()
        connection = await asyncpg.connect(self._url, server_settings=ROOMY)
        try:
            # Evidence first: what is sealed while this goes on is not asked for.
            evidence = await self._evidence(connection)
            memories = await remembered(connection)
            if self._published:
                memories.append(Memory("the message stream", max(self._published)))
            size = await connection.fetchval(_SIZE)
            checked = await self._leaves(size, [item.tree_size for item in evidence])
            tree = Tree(checked)
            fits = self._compare_roots(tree, evidence, size)
            await self._compare_nodes(connection, tree, fits)
            self._report.faults += gone(memories, size)
            self._report.faults += await overlooked(connection, size)
            self._report.faults += await broken_streams(connection, size)
            checked.faults += await replaced(connection, self._published)
        finally:
            await connection.close()
        self._report.events = size
        self._report.faults.extend(checked.faults)
        # What is named exactly explains what is only bounded.
        named = [fault.position for fault in checked.faults]
        self._report.faults.extend(
            Fault(first, what) for first, last, what in self._bounded if not any(first <= at <= last for at in named)
        )
        self._report.seconds = time.perf_counter() - began
        return self._report

    def _complain(self, position: int, what: str) -> None:
        self._report.faults.append(Fault(position, what))

    async def _evidence(self, connection: Any) -> list[Evidence]:  # noqa: ANN401 (driver's)
        epoch = await connection.fetchval(_EPOCH)
        known = [row["public_key"] for row in await connection.fetch(_KEYS)]
        kept = [TreeHead(self._report.territory, epoch, **dict(row)) for row in await connection.fetch(_HEADS)]
        self._report.heads = len(kept)
        evidence = [
            Evidence(f"the cosignature of {row['witness']}", row["tree_size"], row["root_hash"])
            for row in await connection.fetch(_COSIGNED, epoch)
        ]
        for name, head in [*(("the kept head", head) for head in kept), *(("the given head", h) for h in self._given)]:
            if head.epoch != epoch:
                self._complain(1, f"{name} of size {head.tree_size} is of another store: epoch {head.epoch}")
            elif any(map(head.is_signed_with, (*self._trusted, *known))):
                evidence.append(Evidence(name, head.tree_size, head.root_hash))
            else:
                self._complain(max(head.tree_size, 1), f"{name} of size {head.tree_size} is not signed rightly")
        if kept and not any(map(kept[-1].is_signed_with, self._trusted)):
            what = (
                f"the newest head is signed with key {kept[-1].key_id}, which nobody vouches for: give --key if you do"
            )
            self._complain(kept[-1].tree_size, what)
        return sorted(evidence, key=lambda item: item.tree_size)

    async def _leaves(self, size: int, sizes: Sequence[int]) -> Checked:
        tiles = -(-size // TILE)
        share = TILE * (-(-tiles // PROCESSES) if size > WORTH_TWO else tiles)
        stretches = [
            Stretch(self._url, after, min(after + share, size), [s for s in sizes if after < s <= after + share])
            for after in range(0, size, share or 1)
        ]
        if len(stretches) < PROCESSES:
            return await check(stretches[0]) if stretches else Checked()
        whole = Checked()
        loop = asyncio.get_running_loop()
        with ProcessPoolExecutor(len(stretches), get_context("spawn")) as pool:
            for part in await asyncio.gather(*(loop.run_in_executor(pool, check_stretch, s) for s in stretches)):
                whole.tiles += part.tiles
                whole.edges |= part.edges
                whole.faults += part.faults
        return whole

    def _compare_roots(self, tree: "Tree", evidence: Sequence[Evidence], size: int) -> int | None:
        """The largest size up to which all is as signed, None when all evidence fits.

        The first evidence that does not fit bounds the first bad position from above, the last that fits from below.
        """
        fits = 0
        for item in evidence:
            if item.tree_size > size:
                self._complain(size + 1, f"positions {size + 1} to {item.tree_size} are gone: {item.name} covers them")
                return None
            if tree.root(item.tree_size) != item.root_hash:
                what = f"{item.name} of size {item.tree_size} covers other events; all up to {fits} are as signed"
                self._bounded.append((fits + 1, item.tree_size, what))
                return fits
            fits = item.tree_size
        return None

    async def _compare_nodes(self, connection: Any, tree: "Tree", fits: int | None) -> None:  # noqa: ANN401 (driver's)
        stored = {(row["level"], row["index"]): row["hash"] for row in await connection.fetch(_NODES)}
        for above in range(0, len(tree.levels), TILE_LEVELS):
            level = TILE_LEVELS + above
            for index, node in enumerate(tree.levels[above]):
                first, last = (index << level) + 1, (index + 1) << level
                # Where events are other than those signed, what comes before them is not in doubt.
                if stored.get((level, index)) != node and (fits is None or last > fits):
                    what = f"the stored subtree of positions {first} to {last} is not theirs"
                    self._bounded.append((max(first, (fits or 0) + 1), last, what))


class Tree:
    """All levels above the tiles, and so the root at any size that a head has."""

    def __init__(self, checked: Checked) -> None:
        self._edges = checked.edges
        self.levels = [checked.tiles]
        while len(below := self.levels[-1]) > 1:
            self.levels.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])

    def root(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        subtrees = perfect_subtrees(0, size // TILE)
        peaks = [self.levels[level][index] for level, index in subtrees]
        if size % TILE:
            peaks += self._edges[size]
        return folded(peaks) if peaks else EMPTY_ROOT
