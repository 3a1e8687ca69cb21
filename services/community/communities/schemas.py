"""The shapes of communities."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from services.community.communities.rules import SLUG_PATTERN, is_free_of_ids
from shared.web.bodies import RequestBody, example
from shared.web.formats import IdText, TimeText

Visibility = Literal["public", "unlisted", "private"]
JoinPolicy = Literal["open", "approval", "invitation"]


def _no_id(slug: str) -> str:
    if not is_free_of_ids(slug):
        message = "a slug must not look like an id"
        raise ValueError(message)
    return slug


class FoundBody(RequestBody):
    """A community to be founded."""

    model_config = example(
        {"name": "Harbour friends", "description": "Around the harbour", "visibility": "public", "join_policy": "open"}
    )

    name: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"\S")]
    slug: Annotated[str, StringConstraints(pattern=SLUG_PATTERN), AfterValidator(_no_id)] | None = None
    description: Annotated[str, StringConstraints(max_length=5_000)] = ""
    visibility: Visibility
    join_policy: JoinPolicy
    kind: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")] = Field(
        default="community"
    )
    parent_id: UUID | None = None


class CommunityAnswer(BaseModel):
    """A community; `my_role` is null for those who are no members."""

    id: IdText
    slug: str
    name: str
    description: str
    visibility: Visibility
    join_policy: JoinPolicy
    kind: str
    parent_id: IdText | None
    founder_id: IdText
    member_count: int
    created_at: TimeText
    version: int
    my_role: str | None
