"""The shapes of comments."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from shared.web.bodies import RequestBody


class CommentBody(RequestBody):
    """A comment to be written. Markdown in `body`."""

    body: Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=r"\S")]
    parent_id: UUID | None = None


class CommentAnswer(BaseModel):
    """A comment."""

    id: str
    post_id: str
    community_id: str
    author_id: str
    parent_id: str | None
    body: str
    body_html: str
    created_at: str
    version: int


class CommentList(BaseModel):
    """Comments, oldest first."""

    items: list[CommentAnswer]
    next_cursor: str | None
