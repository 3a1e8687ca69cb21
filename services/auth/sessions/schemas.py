"""What a citizen sends to stay logged in, and how a session is shown."""

from pydantic import BaseModel, Field

from shared.web.bodies import RequestBody, example
from shared.web.formats import IdText, TimeText


class RefreshTokenBody(RequestBody):
    model_config = example({"refresh_token": "the last one that was answered"})

    refresh_token: str = Field(max_length=200)


class SessionAnswer(BaseModel):
    """One login of one's own that has not ended."""

    id: IdText
    created_at: TimeText
    refreshed_at: TimeText
    expires_at: TimeText
    user_agent: str
    is_current: bool
    is_impersonation: bool


class SessionListAnswer(BaseModel):
    items: list[SessionAnswer]
    next_cursor: str | None
