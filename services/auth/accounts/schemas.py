"""What a citizen sends to register, and how an account is shown to its owner."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from services.auth.accounts.rules import MAX_APPLICATION_CHARACTERS, USERNAME_PATTERN
from services.auth.invitations.rules import LONGEST_INVITATION
from services.auth.letters.mailbox import EmailAddress
from services.auth.passwords.rules import MAX_UNNORMALISED_CHARACTERS
from shared.web.bodies import RequestBody, example
from shared.web.formats import TRIMMED, IdText, TimeText

Username = Annotated[str, StringConstraints(pattern=USERNAME_PATTERN)]
DisplayName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$"),
    TRIMMED,
]


class RegisterBody(RequestBody):
    model_config = example(
        {"username": "anna", "email": "anna@example.org", "password": "a sentence is a good password"}
    )

    username: Username = Field(description="3 to 30 letters, digits and underscores; stored in lower case.")
    email: EmailAddress
    password: str = Field(
        max_length=MAX_UNNORMALISED_CHARACTERS, description="15 to 128 characters, not a common password."
    )
    display_name: DisplayName | None = None
    invitation: str | None = Field(default=None, max_length=LONGEST_INVITATION)
    application: str = Field(
        default="", max_length=MAX_APPLICATION_CHARACTERS, description="Why one wants in; read where that is decided."
    )


class AccountAnswer(BaseModel):
    """One's own account, with what it may do in the territory; `impersonator_id` is who acts in its name."""

    id: IdText
    username: str
    display_name: str
    email: str
    is_email_verified: bool
    created_at: TimeText
    session_id: IdText
    roles: list[str]
    permissions: list[str]
    impersonator_id: IdText | None
