"""The shapes of notifications."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.user.notifications.rules import Kind
from shared.web.bodies import RequestBody

MOST_IDS = 100


class ReadBody(RequestBody):
    """Which notifications are read: all up to one of them, or these."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"up_to": "01a216cc-b9aa-74c5-9b22-2224b6f52cc3"}],
            "minProperties": 1,
            "maxProperties": 1,
        }
    )

    up_to: UUID | None = None
    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_IDS)] | None = None

    @model_validator(mode="after")
    def require_one(self) -> Self:
        if (self.up_to is None) == (self.ids is None):
            message = "give either up_to or ids"
            raise ValueError(message)
        return self


class Unread(BaseModel):
    """How many are left."""

    unread_count: int


class Notification(BaseModel):
    """What somebody did; `title` is the post's, the gathering's, or the community's name. Its id is the event's."""

    id: str
    kind: Kind
    created_at: str
    read_at: str | None
    actor_id: str
    actor_username: str
    actor_name: str
    community_id: str
    community_name: str
    post_id: str | None
    comment_id: str | None
    gathering_id: str | None
    title: str


class NotificationList(BaseModel):
    """Notifications, the newest first; `unread_count` counts beyond the page."""

    items: list[Notification]
    next_cursor: str | None
    unread_count: int
