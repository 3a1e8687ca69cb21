"""The port behind which an engine stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Document:
    """Something that can be found. `community_id` is where it stands, None for people."""

    type: str
    id: UUID
    community_id: UUID | None
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found."""

    document: Document
    score: float


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Folded words, and what to limit them to."""

    words: tuple[str, ...]
    type: str | None
    community_id: UUID | None


class EngineUnavailableError(Exception):
    """The index cannot be used now."""


class SearchEngine(Protocol):
    """One index of one territory. Its methods block: call them in a thread."""

    def open(self) -> None:
        """Open the index, or open it again after a failure; one that cannot be read is begun anew, empty.

        Raises:
            EngineUnavailableError: another process writes; what that commits can be read, and nothing be written.
        """
        ...

    def checkpoint(self) -> int:
        """The position up to which events are in the index, 0 in an empty one."""
        ...

    def write(self, documents: Sequence[Document], checkpoint: int) -> None:
        """Put documents in place of those with their type and id, and move the checkpoint, in one commit.

        A document without any text only removes the one before.
        """
        ...

    def search(self, query: SearchQuery, most: int) -> list[Hit]:
        """The best hits, best first, whoever may see them.

        Raises:
            EngineUnavailableError: the index is not open.
        """
        ...

    def clear(self) -> None:
        """Empty the index and its checkpoint."""
        ...

    def close(self) -> None:
        """Let go of the index."""
        ...
