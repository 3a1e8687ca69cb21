"""Service accounts, as they are opened and shown."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from services.auth.access_tokens.token_body import Label
from services.auth.accounts.rules import USERNAME_PATTERN
from shared.web.bodies import RequestBody, example
from shared.web.formats import IdText, TimeText


class ServiceAccountBody(RequestBody):
    model_config = example({"username": "harbour_gauge", "display_name": "The gauge in the harbour"})

    username: Annotated[str, StringConstraints(pattern=USERNAME_PATTERN)]
    display_name: Label


class ServiceAccountAnswer(BaseModel):
    id: IdText
    username: str
    display_name: str
    created_at: TimeText


class OpenedAnswer(BaseModel):
    """A service account as it was opened."""

    id: IdText
    username: str


class ServiceAccountListAnswer(BaseModel):
    items: list[ServiceAccountAnswer]
    next_cursor: str | None
