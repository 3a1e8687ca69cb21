"""Acting in another's name, as it is asked for and answered."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, StringConstraints, model_validator

from shared.web.bodies import RequestBody, example
from shared.web.formats import IdText


class ImpersonationBody(RequestBody):
    """In whose name, by username or id."""

    model_config = example({"username": "anna"})

    username: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{3,40}$")] | None = None
    account_id: UUID | None = None

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        if (self.username is None) == (self.account_id is None):
            message = "Give a username or an account_id."
            raise ValueError(message)
        return self


class ImpersonationAnswer(BaseModel):
    """An access token in another's name; its `act` claim says whose it really is (RFC 8693)."""

    session_id: IdText
    account_id: IdText
    username: str
    access_token: str
    token_type: str
    expires_in: int
