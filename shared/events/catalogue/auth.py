"""What the auth service publishes."""

from typing import Annotated, ClassVar
from uuid import UUID

from shared.events.event import PERSONAL, Event


class AccountRegistered(Event):
    type: ClassVar = "auth.account.registered"
    category: ClassVar = "account"
    person_field: ClassVar = "account_id"

    account_id: UUID
    username: Annotated[str, PERSONAL]
    email: Annotated[str, PERSONAL]
    display_name: Annotated[str, PERSONAL]


class SessionStarted(Event):
    type: ClassVar = "auth.session.started"
    category: ClassVar = "session"
    audit_only: ClassVar = True

    session_id: UUID
    account_id: UUID


class SessionEnded(Event):
    type: ClassVar = "auth.session.ended"
    category: ClassVar = "session"
    audit_only: ClassVar = True

    session_id: UUID
    account_id: UUID
    reason: str


class LoginFailed(Event):
    type: ClassVar = "auth.login.failed"
    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID | None
    reason: str


class RoleGranted(Event):
    type: ClassVar = "auth.role.granted"
    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID
    role: str


class RoleRevoked(Event):
    type: ClassVar = "auth.role.revoked"
    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID
    role: str


class SigningKeyCreated(Event):
    type: ClassVar = "auth.signing_key.created"
    category: ClassVar = "signing_key"
    audit_only: ClassVar = True

    kid: str
    state: str


class SigningKeyRotated(Event):
    type: ClassVar = "auth.signing_key.rotated"
    category: ClassVar = "signing_key"
    audit_only: ClassVar = True

    kid: str
    state: str


EVENTS = (
    AccountRegistered,
    SessionStarted,
    SessionEnded,
    LoginFailed,
    RoleGranted,
    RoleRevoked,
    SigningKeyCreated,
    SigningKeyRotated,
)
