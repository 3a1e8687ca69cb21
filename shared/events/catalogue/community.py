"""What the community service publishes."""

from typing import Annotated, ClassVar
from uuid import UUID

from shared.events.event import PERSONAL, Event


class CommunityCreated(Event):
    type: ClassVar = "community.community.created"
    category: ClassVar = "community"
    live: ClassVar = True

    community_id: UUID
    slug: str
    name: str
    description: str
    visibility: str
    join_policy: str
    kind: str
    parent_id: UUID | None
    founder_id: UUID


class MemberJoined(Event):
    type: ClassVar = "community.member.joined"
    category: ClassVar = "community"
    live: ClassVar = True

    community_id: UUID
    account_id: UUID
    role: str


class MemberRequested(Event):
    type: ClassVar = "community.member.requested"
    category: ClassVar = "community"
    live: ClassVar = True

    community_id: UUID
    account_id: UUID
    role: str


class MemberLeft(Event):
    type: ClassVar = "community.member.left"
    category: ClassVar = "community"
    live: ClassVar = True

    community_id: UUID
    account_id: UUID
    role: str


class PostCreated(Event):
    type: ClassVar = "community.post.created"
    category: ClassVar = "post"
    live: ClassVar = True
    person_field: ClassVar = "author_id"

    post_id: UUID
    community_id: UUID
    author_id: UUID
    title: Annotated[str, PERSONAL]
    body: Annotated[str, PERSONAL]
    kind: str
    tags: tuple[str, ...]


class CommentCreated(Event):
    type: ClassVar = "community.comment.created"
    category: ClassVar = "comment"
    live: ClassVar = True
    person_field: ClassVar = "author_id"

    comment_id: UUID
    post_id: UUID
    community_id: UUID
    author_id: UUID
    parent_id: UUID | None
    body: Annotated[str, PERSONAL]


EVENTS = (CommunityCreated, MemberJoined, MemberRequested, MemberLeft, PostCreated, CommentCreated)
