"""The terms as they are shown and switched."""

from typing import Literal

from pydantic import BaseModel, Field, StrictBool

from services.auth.sign_up.rules import Mode
from shared.web.bodies import RequestBody, example


class TermsBody(RequestBody):
    model_config = example({"mode": "invitation"})

    mode: Literal["open", "invitation", "approval"]
    passwords: StrictBool = Field(default=True, description="`false`: one logs in at the territory's providers alone.")


class TermsAnswer(BaseModel):
    """On which terms one gets in."""

    mode: Mode
    passwords: bool
    email_verification: bool
