"""What a page sends to log in at a provider, and what it is answered."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from services.auth.accounts.rules import MAX_APPLICATION_CHARACTERS, USERNAME_PATTERN
from services.auth.invitations.rules import LONGEST_INVITATION
from services.auth.passwords.rules import MAX_UNNORMALISED_CHARACTERS
from services.auth.single_sign_on.flow import LONGEST_FLOW
from shared.web.bodies import RequestBody, example
from shared.web.formats import TimeText

LONGEST_CODE = 2000


class ProviderAnswer(BaseModel):
    """A provider to log in at."""

    id: str
    name: str


class ProviderListAnswer(BaseModel):
    items: list[ProviderAnswer]


class FlowAnswer(BaseModel):
    """Where to send the browser; `flow` is for the page to keep until it comes back."""

    authorization_url: str
    flow: str


class FinishBody(RequestBody):
    model_config = example({"flow": "upf_…", "state": "…", "code": "…", "iss": "https://login.example.org"})

    flow: str = Field(max_length=LONGEST_FLOW, description="What the page has kept.")
    state: str = Field(max_length=LONGEST_FLOW, description="As the provider sent it back.")
    code: str = Field(min_length=1, max_length=LONGEST_CODE, description="As the provider sent it.")
    iss: str | None = Field(default=None, max_length=300, description="As the provider sent it, if it did (RFC 9207).")
    username: Annotated[str, StringConstraints(pattern=USERNAME_PATTERN)] | None = Field(
        default=None, description="For a new account; made from what the provider says when not given."
    )
    invitation: str | None = Field(default=None, max_length=LONGEST_INVITATION)
    application: str = Field(default="", max_length=MAX_APPLICATION_CHARACTERS)


class BeginLinkBody(RequestBody):
    model_config = example({"password": "a sentence is a good password"})

    password: str = Field(max_length=MAX_UNNORMALISED_CHARACTERS)


class FinishLinkBody(RequestBody):
    model_config = example({"flow": "upf_…", "state": "…", "code": "…"})

    flow: str = Field(max_length=LONGEST_FLOW)
    state: str = Field(max_length=LONGEST_FLOW)
    code: str = Field(min_length=1, max_length=LONGEST_CODE)
    iss: str | None = Field(default=None, max_length=300)


class LinkedProviderAnswer(BaseModel):
    """A provider at which one logs in to one's own account."""

    provider: str
    linked_at: TimeText
    used_at: TimeText


class LinkedProviderListAnswer(BaseModel):
    items: list[LinkedProviderAnswer]
