"""What the group writer has just committed, for a sealer in the same process: it need not read it back.

Only a saving. What is not here, because another process wrote it or too much came, the sealer reads from the table.
"""

from collections.abc import Iterable
from uuid import UUID

from shared.events.envelope import Leaf

# Some 20 MB of usual events, and longer than the sealer rests.
MOST_KEPT = 20_000


class WrittenEvents:
    """Leaves by their events' ids, of one territory. Nothing is kept while nobody in this process seals."""

    def __init__(self) -> None:
        self._leaves: dict[UUID, Leaf] = {}
        self._is_wanted = False

    @property
    def is_wanted(self) -> bool:
        """Whether a sealer of this process leads."""
        return self._is_wanted

    @is_wanted.setter
    def is_wanted(self, is_wanted: bool) -> None:
        self._is_wanted = is_wanted
        self._leaves.clear()

    def keep(self, leaves: Iterable[tuple[UUID, Leaf]]) -> None:
        """They are committed. When there are too many all are forgotten: some were read before they came here."""
        if len(self._leaves) > MOST_KEPT:
            self._leaves.clear()
        if self._is_wanted:
            self._leaves.update(leaves)

    def take(self, event_id: UUID) -> Leaf | None:
        """The leaf of an event, once."""
        return self._leaves.pop(event_id, None)
