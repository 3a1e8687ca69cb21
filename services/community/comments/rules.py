"""What a comment is made of."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NewComment:
    """A comment about to be written."""

    id: UUID
    post_id: UUID
    author_id: UUID
    parent_id: UUID | None
    body: str
