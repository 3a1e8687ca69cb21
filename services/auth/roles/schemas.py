"""Roles and grants, as they are asked for and shown."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from services.auth.roles.rules import PERMISSION_PATTERN, ROLE_PATTERN
from shared.identity.places import RESOURCE_PATTERN
from shared.web.bodies import RequestBody, example
from shared.web.formats import TRIMMED, IdText, TimeText
from shared.web.times import Moment

RoleName = Annotated[str, StringConstraints(pattern=ROLE_PATTERN)]
PermissionName = Annotated[str, StringConstraints(pattern=PERMISSION_PATTERN, max_length=40)]
ResourceText = Annotated[
    str,
    StringConstraints(pattern=RESOURCE_PATTERN, max_length=46),
    Field(description="`post:` or `gathering:`, and its id"),
]
Sentence = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$"), TRIMMED
]


class RoleBody(RequestBody):
    model_config = example({"description": "Looks after the archive.", "permissions": ["audit:read"]})

    description: Sentence = ""
    permissions: list[PermissionName] = Field(max_length=50)


class GrantBody(RequestBody):
    """To whom, by name or id; where, a community, one resource or the whole territory; until when, or for good."""

    model_config = example({"username": "anna", "role": "moderator", "expires_at": "2031-01-01T00:00:00Z"})

    username: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{3,40}$")] | None = None
    account_id: UUID | None = None
    role: RoleName
    community_id: UUID | None = None
    resource: ResourceText | None = None
    expires_at: Moment | None = None

    @model_validator(mode="after")
    def _to_one(self) -> Self:
        if (self.username is None) == (self.account_id is None):
            message = "Give a username or an account_id."
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _at_one_place(self) -> Self:
        if self.community_id is not None and self.resource is not None:
            message = "Give a community_id or a resource, not both."
            raise ValueError(message)
        return self


class RoleAnswer(BaseModel):
    name: str
    description: str
    built_in: bool
    permissions: list[str]


class RoleListAnswer(BaseModel):
    items: list[RoleAnswer]
    next_cursor: str | None


class GrantAnswer(BaseModel):
    """A role that an account holds."""

    id: IdText
    account_id: IdText
    username: str
    role: str
    community_id: IdText | None
    resource: str | None
    expires_at: TimeText | None
    granted_at: TimeText
    granted_by: str


class GrantListAnswer(BaseModel):
    items: list[GrantAnswer]
    next_cursor: str | None


class GivenAnswer(BaseModel):
    """A grant as it was given."""

    id: IdText
    account_id: IdText
    role: str
    community_id: IdText | None
    resource: str | None
    expires_at: TimeText | None
