"""How long a session lives, and what a presented refresh token that could not be claimed means."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SLIDING_LIFETIME = timedelta(days=30)
ABSOLUTE_LIFETIME = timedelta(days=90)
# Long enough for requests that raced and for one lost answer, short enough that a thief gains nothing by waiting.
REFRESH_GRACE = timedelta(seconds=10)


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


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """A presented token, its session and its successor as they stand under the session's lock."""

    used_at: datetime | None
    successor_used_at: datetime | None
    session_expires_at: datetime
    session_ended_at: datetime | None


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


def judge_login(*, is_known: bool, is_active: bool, is_right: bool) -> LoginFault | None:
    """Why a login fails; None when it does not."""
    if not is_known:
        return LoginFault.UNKNOWN
    if not is_right:
        return LoginFault.WRONG
    return None if is_active else LoginFault.DISABLED
