"""What a citizen sends to change a password."""

from pydantic import Field

from services.auth.letters.mailbox import EmailAddress
from services.auth.letters.tokens import LONGEST_TOKEN
from services.auth.passwords.rules import MAX_UNNORMALISED_CHARACTERS
from shared.web.bodies import RequestBody, example


class ChangePasswordBody(RequestBody):
    model_config = example(
        {"password": "a sentence is a good password", "new_password": "another sentence is as good a password"}
    )

    password: str = Field(max_length=MAX_UNNORMALISED_CHARACTERS, description="The one until now.")
    new_password: str = Field(
        max_length=MAX_UNNORMALISED_CHARACTERS, description="15 to 128 characters, not a common password."
    )


class ForgottenPasswordBody(RequestBody):
    model_config = example({"email": "anna@example.org"})

    email: EmailAddress


class ResetPasswordBody(RequestBody):
    model_config = example({"token": "upm_…", "password": "another sentence is as good a password"})

    token: str = Field(max_length=LONGEST_TOKEN, description="From the letter.")
    password: str = Field(
        max_length=MAX_UNNORMALISED_CHARACTERS, description="15 to 128 characters, not a common password."
    )
