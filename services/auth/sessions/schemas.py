"""What a citizen sends to log in and stay logged in, and how a session is shown."""

from pydantic import BaseModel, Field

from services.auth.passwords.rules import MAX_UNNORMALISED_CHARACTERS
from shared.web.bodies import RequestBody

LONGEST_IDENTIFIER = 254  # an e-mail address, RFC 5321 §4.5.3.1.3


class LoginBody(RequestBody):
    identifier: str = Field(max_length=LONGEST_IDENTIFIER, description="The username or the e-mail address.")
    password: str = Field(max_length=MAX_UNNORMALISED_CHARACTERS)
    totp: str | None = Field(default=None, max_length=10, description="Read only where a second factor is set up.")


class RefreshTokenBody(RequestBody):
    refresh_token: str = Field(max_length=200)


class SessionAnswer(BaseModel):
    """One login of one's own that has not ended."""

    id: str
    created_at: str
    refreshed_at: str
    expires_at: str
    user_agent: str
    is_current: bool


class SessionListAnswer(BaseModel):
    items: list[SessionAnswer]
    next_cursor: str | None
