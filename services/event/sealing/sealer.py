"""The sealer of one territory: committed events get gapless positions and become leaves of the tree.

Order is by `seq`, in the order in which scans find events committed; never by id, clock or transaction. A late commit
gets a later position, so a reader by position cannot skip it. Writers are never waited for.
"""

from collections.abc import Callable, Sequence

from services.event.proofs.merkle_tree import Frontier
from services.event.proofs.queries import read_frontier
from services.event.sealing import repository
from shared.clock import utc_now
from shared.database.connection import Connection, Row
from shared.events.envelope import Leaf, leaf_hash, leaf_of, published_body
from shared.events.store import to_event
from shared.events.written import WrittenEvents
from shared.identifiers import new_id
from shared.messaging.bus import Outgoing
from shared.observability.metrics import SEAL_DELAY

BATCH = 1000
MOST_LOOKED_AT = 50_000


class Deposed(Exception):
    """Another sealer has begun its term: whatever this one knew is old."""


class Sealer:
    """Seals on one connection, which holds the leader's lock, and hands on what it has sealed."""

    def __init__(
        self,
        connection: Connection,
        territory_code: str,
        hand_on: Callable[[Sequence[Outgoing]], None] = lambda _: None,
        written: WrittenEvents | None = None,
    ) -> None:
        self._connection = connection
        self._written = written or WrittenEvents()
        self._hand_on = hand_on
        self._delay = SEAL_DELAY.labels(territory_code)
        self._term = 0
        self._bound = 0
        self._frontier = Frontier()

    @property
    def size(self) -> int:
        """How many events are sealed."""
        return self._frontier.size

    async def begin(self) -> None:
        """Begin a term: from here on a leader before this one, paused and resumed, is refused."""
        self._term = await repository.begin_term(self._connection, new_id())
        # A term's first look is at everything. After a crash the server gives out again the transaction ids that no
        # WAL record had named, and after a restore it counts anew: a bound kept from before would hide such events.
        self._bound = 0
        self._frontier = await read_frontier(self._connection, await repository.tree_size(self._connection))

    async def seal(self) -> int:
        """Seal what is committed; how many that were.

        Raises:
            Deposed: the term is over; nothing was written.
        """
        look = await repository.look(self._connection, self._bound, MOST_LOOKED_AT)
        for start in range(0, len(look.rows), BATCH):
            await self._seal_batch(await self._leaves_of(look.rows[start : start + BATCH]))
        if look.is_complete:
            self._bound = look.oldest
        return len(look.rows)

    async def hold(self) -> None:
        """Say that this leader is there.

        Raises:
            Deposed: the term is over.
        """
        if not await repository.hold_term(self._connection, self._term):
            raise Deposed

    async def _leaves_of(self, rows: Sequence[Row]) -> Sequence[tuple[int, Leaf]]:
        """By `seq`: as they were written here, else as they are read."""
        leaves = {row["seq"]: self._written.take(row["id"]) for row in rows}
        if unknown := [seq for seq, leaf in leaves.items() if leaf is None]:
            read = await repository.read_events(self._connection, unknown)
            leaves.update({row["seq"]: leaf_of(to_event(row)) for row in read})
        return [(seq, leaf) for seq, leaf in leaves.items() if leaf is not None]

    async def _seal_batch(self, leaves: Sequence[tuple[int, Leaf]]) -> None:
        async with self._connection.transaction():
            await self.hold()
            frontier, outgoing = await self._write(leaves)
        self._frontier = frontier
        self._hand_on(outgoing)
        self._delay.observe((utc_now() - min(leaf.occurred_at for _, leaf in leaves)).total_seconds())

    async def _write(self, leaves: Sequence[tuple[int, Leaf]]) -> tuple[Frontier, Sequence[Outgoing]]:
        frontier = self._frontier.copy()
        positions = range(frontier.size + 1, frontier.size + 1 + len(leaves))
        hashes = [leaf_hash(leaf.body) for _, leaf in leaves]
        nodes = frontier.extend(hashes)
        seqs = (seq for seq, _ in leaves)
        await repository.insert_seals(self._connection, list(zip(positions, seqs, hashes, strict=True)))
        await repository.insert_nodes(self._connection, nodes)
        return frontier, [
            Outgoing(leaf.event_id, leaf.event_type, position, published_body(leaf.body, position))
            for position, (_, leaf) in zip(positions, leaves, strict=True)
        ]
