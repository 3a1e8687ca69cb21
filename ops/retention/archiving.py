"""Moving the data of old events into compressed blocks, a transaction each, after every leaf was recomputed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.events.archive import BLOCK, packed, unpacked
from shared.events.store import to_event

_NEXT = "SELECT coalesce(max(last_position), 0) + 1 FROM archived_blocks"
_ROWS = (
    "SELECT s.position, s.leaf_hash, e.seq, e.id, e.stream, e.version, e.type, e.schema_version, e.actor,"
    " e.occurred_at, e.data, e.metadata FROM seals s JOIN events e ON e.seq = s.seq"
    " WHERE s.position BETWEEN $1 AND $2 ORDER BY s.position"
)
_KEEP = "INSERT INTO archived_blocks (first_position, last_position, sha256, body) VALUES ($1, $2, $3, $4)"
_EMPTY = "UPDATE events SET data = NULL WHERE seq = any($1)"
# An emptied row is a new row: its old place is free for the next ones after this.
_FREE = "VACUUM (ANALYZE) events"
_FREE_EVERY = 100
_COMPACT = "VACUUM (FULL, ANALYZE) events"
_SIZES = "SELECT pg_total_relation_size('events'), pg_total_relation_size('archived_blocks')"


class DamagedRecord(Exception):
    """An event is not what was sealed: nothing of its block was moved."""


@dataclass(slots=True)
class Archived:
    """What was moved, and bytes on disk."""

    events: int = 0
    blocks: int = 0
    sizes_before: Sequence[int] = field(default_factory=list)
    sizes_after: Sequence[int] = field(default_factory=list)


async def archive(
    connection: Any,  # noqa: ANN401 (driver's)
    older_than: datetime,
    most_blocks: int | None = None,
    *,
    is_compacted: bool = False,
) -> Archived:
    """Archive all whole blocks, from the first position on, whose events all occurred before a time.

    Each block is a transaction of its own: run again after an interruption, it goes on where it was. What becomes free
    in the table is for new events; compacted, it is given back to the disk, and nobody reads or appends meanwhile.

    Raises:
        DamagedRecord: a leaf is not the sealed one; the blocks before stay archived.
    """
    done = Archived(sizes_before=tuple(await connection.fetchrow(_SIZES)))
    while most_blocks is None or done.blocks < most_blocks:
        if not await _archive_block(connection, older_than):
            break
        done.blocks += 1
        done.events += BLOCK
        if done.blocks % _FREE_EVERY == 0:
            await connection.execute(_FREE)
    if is_compacted or done.blocks % _FREE_EVERY:
        await connection.execute(_COMPACT if is_compacted else _FREE)
    done.sizes_after = tuple(await connection.fetchrow(_SIZES))
    return done


async def _archive_block(connection: Any, older_than: datetime) -> bool:  # noqa: ANN401 (driver's)
    async with connection.transaction():
        # One archiver at a time; readers are not held up.
        await connection.execute("LOCK TABLE archived_blocks IN SHARE ROW EXCLUSIVE MODE")
        first = await connection.fetchval(_NEXT)
        rows = await connection.fetch(_ROWS, first, first + BLOCK - 1)
        if len(rows) < BLOCK or any(row["occurred_at"] >= older_than for row in rows):
            return False
        body, sha256 = packed([row["data"] for row in rows])
        # Hashed as it will be read back, not as it was: what is compared is what stays.
        _require_sealed(rows, unpacked(first, first + BLOCK - 1, sha256, body))
        await connection.execute(_KEEP, first, first + BLOCK - 1, sha256, body)
        await connection.execute(_EMPTY, [row["seq"] for row in rows])
    return True


def _require_sealed(rows: Sequence[Any], data: Sequence[dict[str, Any]]) -> None:
    for row, value in zip(rows, data, strict=True):
        if to_event({**row, "data": value}).leaf_hash() != row["leaf_hash"]:
            message = f"position {row['position']} is not what was sealed: its block stays where it is"
            raise DamagedRecord(message)
