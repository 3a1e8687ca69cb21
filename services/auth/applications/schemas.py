"""Applications as they are shown."""

from pydantic import BaseModel

from shared.web.formats import IdText, TimeText


class ApplicationAnswer(BaseModel):
    """Somebody who waits to be let in."""

    account_id: IdText
    username: str
    display_name: str
    email: str
    is_email_verified: bool
    application: str
    waiting_since: TimeText


class ApplicationListAnswer(BaseModel):
    items: list[ApplicationAnswer]
    next_cursor: str | None
