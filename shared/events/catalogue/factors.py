"""What the auth service publishes of second factors."""

from typing import ClassVar
from uuid import UUID

from shared.events.event import Event


class _OfAccount(Event):
    """On record in the account's stream."""

    category: ClassVar = "account"
    audit_only: ClassVar = True

    account_id: UUID


class SecondFactorAdded(_OfAccount):
    """`factor` is `totp` or `passkey`."""

    type: ClassVar = "auth.second_factor.added"

    factor: str


class SecondFactorRemoved(_OfAccount):
    type: ClassVar = "auth.second_factor.removed"

    factor: str


class SecondFactorFailed(_OfAccount):
    """A wrong code, or an answer of a passkey that does not verify."""

    type: ClassVar = "auth.second_factor.failed"


class RecoveryCodesMade(_OfAccount):
    type: ClassVar = "auth.recovery_codes.made"


class RecoveryCodeUsed(_OfAccount):
    type: ClassVar = "auth.recovery_code.used"


class SessionSteppedUp(Event):
    """Who is logged in showed a second factor."""

    type: ClassVar = "auth.session.stepped_up"
    category: ClassVar = "session"
    audit_only: ClassVar = True

    session_id: UUID
    account_id: UUID
    factor: str


EVENTS = (
    SecondFactorAdded,
    SecondFactorRemoved,
    SecondFactorFailed,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SessionSteppedUp,
)
