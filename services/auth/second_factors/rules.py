"""When a code may be tried, and what came of it."""

from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from services.auth.delays.rules import doubling_delay
from shared.errors import Kind, ServiceError

# Whoever types knows the password already; a million codes, three of them good at a time.
FREE_TRIES = 5
FIRST_DELAY = timedelta(seconds=30)


class CodeFault(StrEnum):
    """Why a code was not taken."""

    MISSING = "second-factor-missing"
    WRONG = "second-factor-wrong"
    BLOCKED = "second-factor-blocked"
    NONE_SET_UP = "second-factor-none"


def delay_after(failures: int) -> timedelta:
    """How long the next try has to wait after so many wrong ones in a row."""
    return doubling_delay(failures - FREE_TRIES, FIRST_DELAY)


def code_refusal(fault: CodeFault, wait: timedelta = timedelta()) -> ServiceError:
    """What who typed the code is told."""
    match fault:
        case CodeFault.MISSING:
            detail = "Give the code of your authenticator app, or a recovery code, as totp."
            return ServiceError(Kind.UNAUTHENTICATED, "second-factor-required", detail)
        case CodeFault.WRONG:
            return ServiceError(Kind.UNAUTHENTICATED, "second-factor-wrong", "The code is wrong, or was used before.")
        case CodeFault.BLOCKED:
            seconds = max(1, ceil(wait.total_seconds()))
            detail = "There were too many wrong codes; wait before the next try."
            return ServiceError(Kind.TOO_MANY, "second-factor-blocked", detail, retry_after_seconds=seconds)
        case CodeFault.NONE_SET_UP:
            return ServiceError(Kind.CONFLICT, "second-factor-none", "The account has no authenticator app.")


def blocked_for(blocked_until: datetime | None, now: datetime) -> timedelta:
    """How long no code is looked at; nothing when one is."""
    return max(blocked_until - now, timedelta()) if blocked_until is not None else timedelta()
