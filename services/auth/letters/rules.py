"""Which letters there are, how long what is in them holds, and when one that cannot be sent is tried again."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID


class LetterKind(StrEnum):
    """What a letter is about."""

    CONFIRM_ADDRESS = "confirm-address"
    CHANGE_ADDRESS = "change-address"
    RESET_PASSWORD = "reset-password"  # noqa: S105 (a letter's name)
    ADDRESS_TAKEN = "address-taken"
    ADDRESS_CHANGED = "address-changed"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 (a letter's name)
    NEW_PLACE = "new-place"
    PROVIDER_LINKED = "provider-linked"
    SIGN_UP_APPROVED = "sign-up-approved"
    SIGN_UP_REFUSED = "sign-up-refused"


class Purpose(StrEnum):
    """What a token in a letter is good for."""

    CONFIRM = "confirm"
    CHANGE = "change"
    RESET = "reset"

    @property
    def lifetime(self) -> timedelta:
        """How long it holds."""
        return timedelta(hours=1) if self is Purpose.RESET else timedelta(days=2)


@dataclass(frozen=True, slots=True)
class UsedToken:
    """What a token stood for."""

    account_id: UUID
    purpose: Purpose
    address: str


PURPOSES = {
    LetterKind.CONFIRM_ADDRESS: Purpose.CONFIRM,
    LetterKind.CHANGE_ADDRESS: Purpose.CHANGE,
    LetterKind.RESET_PASSWORD: Purpose.RESET,
}

# Nobody's mailbox is filled by others.
MOST_AN_HOUR = 5
GIVEN_UP_AFTER = timedelta(days=1)
KEPT_AFTER_SENDING = timedelta(days=1)
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)
_MOST_DOUBLINGS = 12


def pause_after(tries: int) -> timedelta:
    """How long until the next try, also when whoever tried has died of it."""
    doublings: int = min(tries, _MOST_DOUBLINGS)
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)
