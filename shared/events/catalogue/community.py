"""What the community service publishes."""

from typing import Annotated, ClassVar
from uuid import UUID

from shared.events.event import PERSONAL, Event, Moment


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


class GatheringCreated(Event):
    type: ClassVar = "community.gathering.created"
    category: ClassVar = "gathering"
    live: ClassVar = True
    person_field: ClassVar = "organiser_id"

    gathering_id: UUID
    community_id: UUID
    organiser_id: UUID
    title: Annotated[str, PERSONAL]
    starts_at: Moment
    ends_at: Moment
    time_zone: str
    capacity: int | None
    place: Annotated[str | None, PERSONAL]
    url: Annotated[str | None, PERSONAL]


class RsvpChanged(Event):
    """What somebody answered; `waiting` when they would go and there is no place."""

    type: ClassVar = "community.gathering.rsvp_changed"
    category: ClassVar = "gathering"
    live: ClassVar = True
    person_field: ClassVar = "account_id"

    gathering_id: UUID
    community_id: UUID
    account_id: UUID
    status: Annotated[str, PERSONAL]


class PlaceGiven(Event):
    """A place came free for the first in line, who is going now."""

    type: ClassVar = "community.gathering.place_given"
    category: ClassVar = "gathering"
    live: ClassVar = True

    gathering_id: UUID
    community_id: UUID
    account_id: UUID


EVENTS = (
    CommunityCreated,
    MemberJoined,
    MemberRequested,
    MemberLeft,
    PostCreated,
    CommentCreated,
    GatheringCreated,
    RsvpChanged,
    PlaceGiven,
)
