"""Access tokens of programs, as they are asked for and shown."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, Field, StrictInt, StringConstraints

from services.auth.access_tokens.rules import LONGEST_LIFE, SCOPES
from shared.web.bodies import RequestBody, example
from shared.web.formats import TRIMMED, IdText, TimeText

Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$"),
    TRIMMED,
]


class AccessTokenBody(RequestBody):
    model_config = example({"name": "My calendar", "scopes": ["read"], "expires_in_days": 90})

    name: Label
    scopes: list[Annotated[str, StringConstraints(max_length=40)]] = Field(
        min_length=1, max_length=30, description=f"`read`, `write`, and permissions: {', '.join(SCOPES)}"
    )
    expires_in_days: StrictInt = Field(ge=1, le=LONGEST_LIFE.days)

    @property
    def lifetime(self) -> timedelta:
        """How long it is to hold."""
        return timedelta(days=self.expires_in_days)


class MadeTokenAnswer(BaseModel):
    """A new token; this is the only time that it is shown."""

    id: IdText
    token: str
    created_at: TimeText
    expires_at: TimeText


class AccessTokenAnswer(BaseModel):
    """A token that holds; `last_used_at` to the minute, null when it never was."""

    id: IdText
    name: str
    ending: str
    scopes: list[str]
    created_at: TimeText
    expires_at: TimeText
    last_used_at: TimeText | None


class AccessTokenListAnswer(BaseModel):
    items: list[AccessTokenAnswer]
    next_cursor: str | None
