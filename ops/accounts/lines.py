"""The file in which accounts move: a line that says what it is, then one for each account."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Base64Bytes, BaseModel, ConfigDict, Field, StringConstraints

from services.auth.accounts.rules import USERNAME_PATTERN
from services.auth.letters.mailbox import EmailAddress

LONGEST_LINE = 256 * 1024
# As argon2-cffi encodes it; empty where one logs in elsewhere only.
_HASH_PATTERN = r"^(\$argon2id\$v=\d+\$[A-Za-z0-9,=+/$]{20,200})?$"


class Line(BaseModel):
    """Base of what stands in the file: closed, and silent about its values in errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Header(Line):
    """The first line; `recovery_key` tells whether hashes of recovery codes hold at the other end."""

    format: Literal["unityplan-accounts"] = "unityplan-accounts"
    version: Literal[1] = 1
    territory: str
    exported_at: AwareDatetime
    recovery_key: str


class AppLine(Line):
    """An authenticator app that was confirmed."""

    secret: Base64Bytes
    used_step: int
    created_at: AwareDatetime


class PasskeyLine(Line):
    id: UUID
    credential_id: Base64Bytes
    public_key: Base64Bytes
    sign_count: int
    is_backed_up: bool
    name: str = Field(max_length=200)
    created_at: AwareDatetime


class LinkLine(Line):
    """Who somebody is at a provider."""

    issuer: str = Field(max_length=300)
    subject: str = Field(max_length=255)
    provider: str = Field(max_length=30)


class AccountLine(Line):
    """One account, and what it is logged in to by."""

    id: UUID
    username: Annotated[str, StringConstraints(pattern=USERNAME_PATTERN, to_lower=True)]
    email: EmailAddress
    is_email_verified: bool
    display_name: str = Field(min_length=1, max_length=80)
    password_hash: str = Field(pattern=_HASH_PATTERN)
    created_at: AwareDatetime
    app: AppLine | None = None
    recovery_hashes: tuple[Base64Bytes, ...] = ()
    passkeys: tuple[PasskeyLine, ...] = ()
    links: tuple[LinkLine, ...] = ()
