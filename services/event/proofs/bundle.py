"""What a citizen takes home: events as hashed, each with its path to one signed head, checkable with no network.

Of a range of positions every position is there, with its leaf; the event only if the reader may read it. So nothing
can be taken out of it unseen. Of a stream there are the events that the reader may read, and whether these are all.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from services.event.proofs.queries import consistency_path, find_leaves, inclusion_paths, read_frontier
from services.event.proofs.schemas import HeadKey
from services.event.proofs.tree_head import TreeHead
from services.event.streams.queries import list_events, list_stream
from services.event.streams.selection import Selection
from shared.database.pool import Pool
from shared.errors import not_found
from shared.events.envelope import StoredEvent

FORMAT = "unityplan-bundle/1"
LARGEST_BUNDLE = 1000
# Paths of so many events are computed at once: at worst each needs a tile of 256 leaves.
_AT_ONCE = 50

Piece = tuple[Sequence[int], Sequence[StoredEvent]]
"""Positions that the bundle speaks of, and those of their events that are shown."""


@dataclass(frozen=True, slots=True)
class Bundler:
    """Writes bundles of one territory for one reader, up to one head."""

    pool: Pool
    head: TreeHead
    keys: Sequence[HeadKey]
    may_read: Callable[[StoredEvent], bool]

    async def positions(self, first: int, last: int, since_size: int | None) -> AsyncIterator[bytes]:
        """The JSON of the bundle of a range of positions, both ends included, piece by piece."""
        opening = await self._opening(since_size)
        return self._written(opening | {"from": first, "to": last}, self._range(first, last))

    async def stream(self, name: str, first: int, last: int, since_size: int | None) -> AsyncIterator[bytes]:
        """The JSON of the bundle of a stream's versions, as far as the reader may read them and the head covers them.

        `is_whole` when that is all of them up to the head.

        Raises:
            ServiceError: not_found `stream-not-found`: there is none, or nothing in it for this reader.
        """
        most = min(last - first + 1, LARGEST_BUNDLE)
        found, _ = await list_stream(self.pool, name, start=first, is_forward=True, most=most + 1, viewer=None)
        sealed = [event for event in found[:most] if 0 < event.position <= self.head.tree_size]
        shown = [event for event in sealed if event.version <= last and self.may_read(event)]
        is_whole = first == 1 and len(found) <= most and len(shown) == len(sealed)
        if not shown:
            raise not_found("stream")
        opening = await self._opening(since_size)
        return self._written(opening | {"stream": name, "is_whole": is_whole}, _pieces_of(shown))

    async def _opening(self, since_size: int | None) -> dict[str, object]:
        return {
            "format": FORMAT,
            "territory": self.head.territory,
            "epoch": str(self.head.epoch),
            "keys": [key.model_dump() for key in self.keys],
            "head": self.head.to_json(),
            "consistency": await self._consistency(since_size) if since_size else None,
        }

    async def _consistency(self, old: int) -> dict[str, object]:
        root = (await read_frontier(self.pool, old)).root
        path = await consistency_path(self.pool, old, self.head.tree_size)
        return {"from": old, "root_hash": root.hex(), "path": [step.hex() for step in path]}

    async def _written(self, opening: dict[str, object], pieces: AsyncIterator[Piece]) -> AsyncIterator[bytes]:
        yield orjson.dumps(opening)[:-1] + b',"events":['
        separator = b""
        async for positions, shown in pieces:
            yield separator + b",".join(map(orjson.dumps, await self._items(positions, shown)))
            separator = b","
        yield b"]}"

    async def _range(self, first: int, last: int) -> AsyncIterator[Piece]:
        for start in range(first, last + 1, _AT_ONCE):
            positions = range(start, min(start + _AT_ONCE, last + 1))
            found, _ = await list_events(self.pool, start - 1, len(positions), Selection())
            yield positions, [event for event in found if event.position in positions and self.may_read(event)]

    async def _items(self, positions: Sequence[int], shown: Sequence[StoredEvent]) -> list[dict[str, object]]:
        leaves = await find_leaves(self.pool, positions)
        paths = await inclusion_paths(self.pool, [position - 1 for position in positions], self.head.tree_size)
        events: dict[int, dict[str, Any]] = {event.position: event.hashed_fields() for event in shown}
        return [
            {
                "position": position,
                "leaf_hash": leaves[position].hex(),
                "event": events.get(position),
                "path": [step.hex() for step in path],
            }
            for position, path in zip(positions, paths, strict=True)
        ]


async def _pieces_of(events: Sequence[StoredEvent]) -> AsyncIterator[Piece]:
    for start in range(0, len(events), _AT_ONCE):
        piece = events[start : start + _AT_ONCE]
        yield [event.position for event in piece], piece
