"""The shapes of comments."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from shared.web.bodies import RequestBody, example
from shared.web.formats import IdText, TimeText


class CommentBody(RequestBody):
    """A comment to be written. Markdown in `body`."""

    model_config = example({"body": "I do."})

    body: Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=r"\S")]
    parent_id: UUID | None = None


class CommentAnswer(BaseModel):
    """A comment."""

    id: IdText
    post_id: IdText
    community_id: IdText
    author_id: IdText
    parent_id: IdText | None
    body: str
    body_html: str
    created_at: TimeText
    version: int


class CommentList(BaseModel):
    """Comments, oldest first."""

    items: list[CommentAnswer]
    next_cursor: str | None
