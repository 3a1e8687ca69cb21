"""The shapes of posts."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from shared.web.bodies import RequestBody, example
from shared.web.formats import IdText, TimeText

Tag = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^\S+$")]


class PostBody(RequestBody):
    """A post to be published. Markdown in `body`."""

    model_config = example({"title": "Harbour festival", "body": "Who brings the **boats**?", "tags": ["festival"]})

    title: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"\S")]
    body: Annotated[str, StringConstraints(max_length=40_000)]
    kind: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")] = "discussion"
    tags: list[Tag] = Field(default=[], max_length=10)


class PostAnswer(BaseModel):
    """A post."""

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


class PostList(BaseModel):
    """Posts, newest first."""

    items: list[PostAnswer]
    next_cursor: str | None
