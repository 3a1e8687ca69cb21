"""The answer to register, login and refresh, as clients see it."""

from pydantic import BaseModel


class UserAnswer(BaseModel):
    """Who logged in."""

    id: str
    username: str
    display_name: str
    created_at: str
    email: str


class TokenAnswer(BaseModel):
    """A pair of tokens and whose they are."""

    user: UserAnswer
    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int
