"""Challenges and the answers of passkeys."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from shared.web.bodies import RequestBody, example
from shared.web.formats import TRIMMED, IdText

LONGEST_CREDENTIAL = 8_000
PasskeyName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$"),
    TRIMMED,
]


class ChallengeAnswer(BaseModel):
    """`options` go to `navigator.credentials`, by way of `PublicKeyCredential.parse…OptionsFromJSON`."""

    challenge_id: IdText
    options: dict[str, Any]


class AssertionBody(RequestBody):
    """What `navigator.credentials.get` gave, as the text of its JSON."""

    model_config = example({"challenge_id": "01981f3a-0000-7000-8000-000000000000", "credential": '{"id": "…"}'})

    challenge_id: UUID
    credential: str = Field(max_length=LONGEST_CREDENTIAL)


class RegistrationBody(RequestBody):
    """What `navigator.credentials.create` gave, as the text of its JSON, and what its owner calls it."""

    model_config = example(
        {"challenge_id": "01981f3a-0000-7000-8000-000000000000", "credential": '{"id": "…"}', "name": "Phone"}
    )

    challenge_id: UUID
    credential: str = Field(max_length=LONGEST_CREDENTIAL)
    name: PasskeyName


class RegisteredAnswer(BaseModel):
    id: IdText
    name: str
