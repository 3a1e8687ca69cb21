"""What a citizen sends to register, and how an account is shown to its owner."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from services.auth.accounts.rules import EMAIL_PATTERN, MAX_EMAIL_CHARACTERS, USERNAME_PATTERN
from services.auth.passwords.rules import MAX_UNNORMALISED_CHARACTERS
from shared.web.bodies import RequestBody

Username = Annotated[str, StringConstraints(pattern=USERNAME_PATTERN)]
EmailAddress = Annotated[str, StringConstraints(max_length=MAX_EMAIL_CHARACTERS, pattern=EMAIL_PATTERN)]
DisplayName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")
]


class RegisterBody(RequestBody):
    username: Username = Field(description="3 to 30 letters, digits and underscores; stored in lower case.")
    email: EmailAddress
    password: str = Field(
        max_length=MAX_UNNORMALISED_CHARACTERS, description="15 to 128 characters, not a common password."
    )
    display_name: DisplayName | None = None
    invitation: str | None = Field(default=None, max_length=200)


class AccountAnswer(BaseModel):
    """One's own account, with what it may do in the territory."""

    id: str
    username: str
    display_name: str
    email: str
    created_at: str
    session_id: str
    roles: list[str]
    permissions: list[str]
