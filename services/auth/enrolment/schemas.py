"""Second factors as they are set up and shown."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from shared.web.bodies import RequestBody, example
from shared.web.formats import IdText, TimeText

Code = Annotated[str, StringConstraints(min_length=6, max_length=32, pattern=r"^[^\x00-\x1f\x7f]*$")]


class CodeBody(RequestBody):
    """A code of the authenticator app; where one is asked for to step up, a recovery code too."""

    model_config = example({"code": "123456"})

    code: Code


class NewAppAnswer(BaseModel):
    """What an authenticator app needs; shown once."""

    secret: str
    uri: str


class RecoveryCodesAnswer(BaseModel):
    """Each is good once, in place of a code of the app; shown once."""

    recovery_codes: list[str]


class AppAnswer(BaseModel):
    confirmed_at: TimeText


class PasskeyAnswer(BaseModel):
    id: IdText
    name: str
    created_at: TimeText
    last_used_at: TimeText | None
    is_backed_up: bool


class FactorsAnswer(BaseModel):
    """The second factors of an account."""

    totp: AppAnswer | None
    recovery_codes_left: int
    passkeys: list[PasskeyAnswer]
