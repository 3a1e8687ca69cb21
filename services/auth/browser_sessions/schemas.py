"""What a page is answered."""

from pydantic import BaseModel

from services.auth.sessions.token_answer import UserAnswer


class BrowserTokenAnswer(BaseModel):
    """An access token to keep in memory; the refresh token is in a cookie that no script can read."""

    user: UserAnswer
    access_token: str
    csrf_token: str
    token_type: str
    expires_in: int
