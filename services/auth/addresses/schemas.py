"""What a citizen sends to change or confirm an e-mail address."""

from typing import Literal

from pydantic import BaseModel, Field

from services.auth.letters.mailbox import EmailAddress
from services.auth.letters.tokens import LONGEST_TOKEN
from services.auth.passwords.rules import MAX_UNNORMALISED_CHARACTERS
from shared.web.bodies import RequestBody, example


class ChangeEmailBody(RequestBody):
    model_config = example({"email": "anna@example.net", "password": "a sentence is a good password"})

    email: EmailAddress
    password: str = Field(max_length=MAX_UNNORMALISED_CHARACTERS)


class ConfirmEmailBody(RequestBody):
    model_config = example({"token": "upm_…"})

    token: str = Field(max_length=LONGEST_TOKEN, description="From the letter.")


class ConfirmEmailAgainBody(RequestBody):
    model_config = example({"email": "anna@example.org"})

    email: EmailAddress


class ConfirmedAnswer(BaseModel):
    """The address is confirmed; `waits_for` is what else there is to wait for before one can log in."""

    waits_for: Literal["approval"] | None
