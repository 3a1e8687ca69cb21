"""The answer to register, login and refresh, as clients see it."""

from pydantic import BaseModel

from shared.web.formats import IdText, TimeText

# Not to be compressed either: the length would tell of the token to whoever can add to the answer.
HOLDS_TOKENS = {"cache-control": "no-store, no-transform"}


class UserAnswer(BaseModel):
    """Who logged in."""

    id: IdText
    username: str
    display_name: str
    created_at: TimeText
    email: str


class TokenAnswer(BaseModel):
    """A pair of tokens and whose they are."""

    user: UserAnswer
    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int


class SteppedUpAnswer(BaseModel):
    """An access token of the same session that says that a second factor was shown."""

    access_token: str
    token_type: str
    expires_in: int
