"""What a citizen sends to log in."""

from pydantic import Field

from services.auth.passwords.rules import MAX_UNNORMALISED_CHARACTERS
from shared.web.bodies import RequestBody, example

LONGEST_IDENTIFIER = 254  # an e-mail address, RFC 5321 §4.5.3.1.3


class LoginBody(RequestBody):
    model_config = example({"identifier": "anna", "password": "a sentence is a good password"})

    identifier: str = Field(max_length=LONGEST_IDENTIFIER, description="The username or the e-mail address.")
    password: str = Field(max_length=MAX_UNNORMALISED_CHARACTERS)
    totp: str | None = Field(
        default=None,
        max_length=32,
        description="A code of the authenticator app, where one is set up, or a recovery code.",
    )
