"""What the terms mean for somebody who wants in."""

from dataclasses import dataclass
from enum import StrEnum

from shared.errors import FieldError, Kind, ServiceError


class Mode(StrEnum):
    """Who is let in."""

    OPEN = "open"
    INVITATION = "invitation"
    APPROVAL = "approval"


class Status(StrEnum):
    """How far an account has come."""

    UNVERIFIED = "unverified"
    PENDING = "pending"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Terms:
    """Of a territory, at one moment."""

    mode: Mode
    takes_passwords: bool
    requires_verification: bool

    def first_status(self, *, is_invited: bool, is_verified: bool) -> Status:
        """Where a new account begins."""
        if self.requires_verification and not is_verified:
            return Status.UNVERIFIED
        return self.verified_status(is_invited=is_invited)

    def verified_status(self, *, is_invited: bool) -> Status:
        """Where it goes on once its address is known to be its owner's; whoever was invited needs no approval."""
        return Status.PENDING if self.mode is Mode.APPROVAL and not is_invited else Status.ACTIVE


def require_invited(mode: Mode, *, is_invited: bool) -> None:
    """Raises: invalid `invitation-required`."""
    if mode is Mode.INVITATION and not is_invited:
        fault = FieldError("/invitation", "invitation-required", "Only who is invited can sign up here.")
        raise ServiceError(Kind.INVALID, "invitation-required", fault.detail, errors=[fault])


def require_passwords(terms: Terms) -> None:
    """Raises: forbidden `passwords-off`."""
    if not terms.takes_passwords:
        detail = "Passwords are switched off in this territory: log in at one of its providers."
        raise ServiceError(Kind.FORBIDDEN, "passwords-off", detail)
