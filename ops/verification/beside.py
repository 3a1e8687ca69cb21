"""What stands beside the leaves: rows that are in no leaf, versions that are missing, and what remembers a longer past.

Whoever cuts off the tail and the heads over it leaves a tree that is whole in itself. Only something that speaks of
later positions can tell: consumers, stored subtrees, parked events, archived blocks, snapshots, the message stream, a
neighbour's cosignature or a head that somebody kept. Where all of them are gone too, nobody can.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ops.verification.report import Fault

# An event that is older than this and has no seal was not overlooked for want of time.
SEALED_WITHIN_SECONDS = 10

_REMEMBERED = (
    "SELECT 'consumer ' || consumer AS name, position FROM checkpoints"
    " UNION ALL SELECT 'an event parked by ' || consumer, max(position) FROM parked_events GROUP BY consumer"
    " UNION ALL SELECT 'a stored subtree', (index + 1) << level FROM tree_nodes"
    " WHERE (level, index) IN (SELECT level, max(index) FROM tree_nodes GROUP BY level)"
    " UNION ALL SELECT 'an archived block', max(last_position) FROM archived_blocks HAVING count(*) > 0"
)
_SEALED_AS = "SELECT position, leaf_hash FROM seals WHERE position = any($1)"
_BEFORE_THE_FIRST = "SELECT position FROM seals WHERE position < 1 LIMIT 1"
# Both counts of one moment; only when they differ is it worth to look for which.
_COUNTS = "SELECT (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM seals) AS seals"
_UNSEALED = (
    "SELECT e.id::text AS id FROM events e WHERE NOT EXISTS (SELECT 1 FROM seals s WHERE s.seq = e.seq)"
    " AND e.occurred_at NOT BETWEEN now() - make_interval(secs => $1) AND now() + make_interval(secs => $1)"
    " ORDER BY e.seq LIMIT 10"
)
# By the index on both columns, in its order: no row is read.
_BROKEN = (
    "SELECT stream FROM events GROUP BY stream HAVING min(version) <> 1 OR max(version) <> count(*)"
    " ORDER BY stream LIMIT 10"
)
_FIRST_BREAK = (
    "SELECT min(s.position) FROM (SELECT seq, version, row_number() OVER (ORDER BY version) AS rank FROM events"
    " WHERE stream = $1) e JOIN seals s ON s.seq = e.seq WHERE e.version <> e.rank"
)
_CUT_STREAMS = (
    "SELECT stream, max(version) AS version FROM stream_snapshots n GROUP BY stream"
    " HAVING max(version) > (SELECT coalesce(max(version), 0) FROM events e WHERE e.stream = n.stream)"
    " ORDER BY stream LIMIT 10"
)


@dataclass(frozen=True, slots=True)
class Memory:
    """Something that speaks of a position."""

    name: str
    position: int


async def remembered(connection: Any) -> list[Memory]:  # noqa: ANN401 (driver's)
    """The last positions that the database speaks of elsewhere; to be asked before the number of seals is."""
    return [Memory(row["name"], row["position"]) for row in await connection.fetch(_REMEMBERED)]


def gone(memories: Sequence[Memory], size: int) -> list[Fault]:
    """What is remembered and is not there."""
    return [
        Fault(size + 1, f"{memory.name} speaks of position {memory.position}, which is gone")
        for memory in sorted(memories, key=lambda memory: (memory.position, memory.name))
        if memory.position > size
    ]


async def replaced(connection: Any, published: Mapping[int, bytes]) -> list[Fault]:  # noqa: ANN401 (driver's)
    """Positions that have other leaves now than when they were published: exact where heads can only bound."""
    sealed = {row["position"]: row["leaf_hash"] for row in await connection.fetch(_SEALED_AS, list(published))}
    return [
        Fault(position, "it was published as another event")
        for position in sorted(sealed)
        if sealed[position] != published[position]
    ]


async def overlooked(connection: Any, size: int) -> list[Fault]:  # noqa: ANN401 (driver's)
    """Events and seals that no leaf covers."""
    faults = []
    if (position := await connection.fetchval(_BEFORE_THE_FIRST)) is not None:
        faults.append(Fault(position, "positions begin at 1"))
    counts = await connection.fetchrow(_COUNTS)
    if counts["events"] != counts["seals"]:
        rows = await connection.fetch(_UNSEALED, SEALED_WITHIN_SECONDS)
        faults += [Fault(size + 1, f"event {row['id']} has no position") for row in rows]
    return faults


async def broken_streams(connection: Any, size: int) -> list[Fault]:  # noqa: ANN401 (driver's)
    """Streams whose versions are not 1, 2, 3, … or that end before a snapshot of them."""
    faults = []
    for row in await connection.fetch(_BROKEN):
        position = await connection.fetchval(_FIRST_BREAK, row["stream"])
        faults.append(Fault(position or size + 1, f"versions of stream {row['stream']} before this one are missing"))
    faults += [
        Fault(size + 1, f"a snapshot of stream {row['stream']} speaks of version {row['version']}, which is gone")
        for row in await connection.fetch(_CUT_STREAMS)
    ]
    return faults
