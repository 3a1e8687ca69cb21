"""How long a session lives, and what a presented refresh token that could not be claimed means."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import Kind, ServiceError
from shared.identity.principal import AAL1, AAL2

SLIDING_LIFETIME = timedelta(days=30)
ABSOLUTE_LIFETIME = timedelta(days=90)
# Long enough for requests that raced and for one lost answer, short enough that a thief gains nothing by waiting.
REFRESH_GRACE = timedelta(seconds=10)

# A token says that a second factor was shown if it was so lately; with its own life it may say so twice as long.
STEPPED_UP_LIFETIME = timedelta(minutes=15)


class Refusal(StrEnum):
    """Why a refresh token buys nothing; all but UNKNOWN name the reason in which the session ended or ends."""

    UNKNOWN = "unknown"
    ENDED = "ended"
    EXPIRED = "expired"
    REUSED = "reuse"


class LoginFault(StrEnum):
    """What was wrong with a login; for the audit trail alone, the citizen hears one answer."""

    UNKNOWN = "unknown-identifier"
    WRONG = "wrong-password"
    DISABLED = "account-disabled"
    CHANGED = "changed-meanwhile"
    UNVERIFIED = "address-not-verified"
    PENDING = "approval-pending"


WITH_RIGHT_PASSWORD = frozenset({LoginFault.UNVERIFIED, LoginFault.PENDING})
"""Faults that only who knows the password is told of."""


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """A presented token, its session and its successor as they stand under the session's lock."""

    used_at: datetime | None
    successor_used_at: datetime | None
    session_expires_at: datetime
    session_ended_at: datetime | None


def assurance(stepped_up_at: datetime | None, now: datetime) -> str:
    """What a token that is issued now says of how its owner was recognised."""
    return AAL2 if stepped_up_at is not None and now - stepped_up_at < STEPPED_UP_LIFETIME else AAL1


def session_expiry(now: datetime, absolute_expires_at: datetime) -> datetime:
    """When a session used at `now` ends unless it is used again."""
    return min(now + SLIDING_LIFETIME, absolute_expires_at)


def judge_unclaimed(token: PresentedToken, now: datetime) -> Refusal | None:
    """Why the token is refused; None means that it raced with its own claim and gets the same answer again.

    Source: RFC 9700 §4.14.2. A successor that was used ends the grace at once, since whoever holds it is past the race.
    """
    if token.session_ended_at is not None:
        return Refusal.ENDED
    if token.used_at is None or now >= token.session_expires_at:
        return Refusal.EXPIRED
    if token.successor_used_at is not None or now - token.used_at > REFRESH_GRACE:
        return Refusal.REUSED
    return None


def judge_login(status: str | None, *, is_right: bool) -> LoginFault | None:
    """Why a login fails; None when it does not. `status` is the account's, None when there is no such account."""
    if status is None:
        return LoginFault.UNKNOWN
    if not is_right:
        return LoginFault.WRONG
    return _FAULTS_BY_STATUS.get(status)


_FAULTS_BY_STATUS = {
    "disabled": LoginFault.DISABLED,
    "unverified": LoginFault.UNVERIFIED,
    "pending": LoginFault.PENDING,
    "refused": LoginFault.DISABLED,
}


def password_wrong() -> ServiceError:
    """403 for who is logged in: not 401, by which a client would take its token for expired."""
    return ServiceError(Kind.FORBIDDEN, "password-wrong", "The password is wrong.")
