"""The shapes of feeds."""

from pydantic import BaseModel

from shared.web.formats import IdText, TimeText


class PostCommunity(BaseModel):
    """Where a post stands."""

    id: IdText
    slug: str
    name: str


class FeedPost(BaseModel):
    """A post as it is shown elsewhere, and its community."""

    id: IdText
    community_id: IdText
    author_id: IdText
    title: str
    body: str
    body_html: str
    kind: str
    tags: list[str]
    comment_count: int
    score: int
    created_at: TimeText
    version: int
    community: PostCommunity


class Feed(BaseModel):
    """Posts in the order that was asked for."""

    items: list[FeedPost]
    next_cursor: str | None
