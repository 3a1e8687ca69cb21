"""What the auth service publishes."""

from typing import Annotated, ClassVar
from uuid import UUID

from shared.events.event import PERSONAL, Event, Moment


class AccountRegistered(Event):
    type: ClassVar = "auth.account.registered"
    category: ClassVar = "account"
    person_field: ClassVar = "account_id"

    account_id: UUID
    username: Annotated[str, PERSONAL]
    email: Annotated[str, PERSONAL]
    display_name: Annotated[str, PERSONAL]


class AccountDisabled(Event):
    """Nobody is let in; the reason is in the metadata."""

    type: ClassVar = "auth.account.disabled"
    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID


class AccountEnabled(Event):
    """Its owner is let in again; the reason is in the metadata."""

    type: ClassVar = "auth.account.enabled"
    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID


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


class SignUpRequested(Event):
    """Somebody is not let in yet; `waits_for` is `email-verification` or `approval`."""

    type: ClassVar = "auth.sign_up.requested"
    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID
    waits_for: str


class SignUpApproved(Event):
    type: ClassVar = "auth.sign_up.approved"
    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID


class SignUpRefused(Event):
    type: ClassVar = "auth.sign_up.refused"
    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID


class SignUpSwitched(Event):
    """The territory's terms: `mode` is `open`, `invitation` or `approval`."""

    type: ClassVar = "auth.sign_up.switched"
    category: ClassVar = "sign_up"
    audit_only: ClassVar = True

    mode: str
    takes_passwords: bool


class InvitationCreated(Event):
    type: ClassVar = "auth.invitation.created"
    category: ClassVar = "invitation"
    audit_only: ClassVar = True

    invitation_id: UUID
    account_id: UUID
    max_uses: int
    expires_at: Moment


class InvitationUsed(Event):
    """`account_id` is whose account was opened by it."""

    type: ClassVar = "auth.invitation.used"
    category: ClassVar = "invitation"
    audit_only: ClassVar = True

    invitation_id: UUID
    account_id: UUID


class InvitationRevoked(Event):
    type: ClassVar = "auth.invitation.revoked"
    category: ClassVar = "invitation"
    audit_only: ClassVar = True

    invitation_id: UUID


class EmailConfirmed(Event):
    type: ClassVar = "auth.email.confirmed"
    category: ClassVar = "account"
    audit_only: ClassVar = True
    person_field: ClassVar = "account_id"

    account_id: UUID
    email: Annotated[str, PERSONAL]


class EmailChanged(Event):
    type: ClassVar = "auth.email.changed"
    category: ClassVar = "account"
    audit_only: ClassVar = True
    person_field: ClassVar = "account_id"

    account_id: UUID
    email: Annotated[str, PERSONAL]


class IdentityLinked(Event):
    """Who logs in at the provider is let in to the account from now on."""

    type: ClassVar = "auth.identity.linked"
    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID
    provider: str


class IdentityUnlinked(Event):
    type: ClassVar = "auth.identity.unlinked"
    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID
    provider: str


class PasswordResetRequested(Event):
    """A letter is on its way to whoever reads the account's mail."""

    type: ClassVar = "auth.password.reset_requested"
    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID


class PasswordChanged(Event):
    """`way`: `change` by who knows the old one, `reset` by who reads the account's mail."""

    type: ClassVar = "auth.password.changed"
    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID
    way: str


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


class SigningKeyRevoked(Event):
    """`state` is the one that it was in."""

    type: ClassVar = "auth.signing_key.revoked"
    category: ClassVar = "signing_key"
    audit_only: ClassVar = True

    kid: str
    state: str


EVENTS = (
    AccountRegistered,
    SessionStarted,
    SessionEnded,
    LoginFailed,
    SignUpRequested,
    SignUpApproved,
    SignUpRefused,
    SignUpSwitched,
    InvitationCreated,
    InvitationUsed,
    InvitationRevoked,
    EmailConfirmed,
    EmailChanged,
    IdentityLinked,
    IdentityUnlinked,
    PasswordResetRequested,
    PasswordChanged,
    SigningKeyCreated,
    SigningKeyRotated,
    SigningKeyRevoked,
)
