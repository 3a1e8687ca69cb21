"""What is worth telling, and to whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

Kind = Literal["comment", "reply", "member", "gathering"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened: which event says so, who did it and where.

    `caused_by` is who acted, where that is another than the one it is about: a request to join is granted by an owner.
    """

    event_id: UUID
    position: int
    created_at: datetime
    actor_id: UUID
    caused_by: UUID | None
    community_id: UUID
    post_id: UUID | None = None
    comment_id: UUID | None = None
    gathering_id: UUID | None = None

    @property
    def doers(self) -> frozenset[UUID]:
        """Who need not be told."""
        return frozenset({self.actor_id, self.caused_by or self.actor_id})


def told_of_comment(notice: Notice, post_author: UUID | None, parent_author: UUID | None) -> dict[UUID, Kind]:
    """Who wrote the post, and who wrote the comment that is replied to: whoever wrote both is told of the reply."""
    told: dict[UUID, Kind] = {}
    if post_author is not None:
        told[post_author] = "comment"
    if parent_author is not None:
        told[parent_author] = "reply"
    return {account: kind for account, kind in told.items() if account not in notice.doers}
