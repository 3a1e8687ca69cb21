"""The states of a signing key, the order in which they follow one another, and when each may be left."""

import base64
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from uuid import UUID

from shared.errors import Kind, ServiceError

# Services look for keys every five seconds; twice that, and none of them first sees a key by what it has signed.
KNOWN_AFTER = timedelta(seconds=10)
# Longer than any access token lives: after it there is nothing left that the key has signed.
OUTLIVED_AFTER = timedelta(days=1, hours=1)


class KeyState(StrEnum):
    """Standby keys are published before they sign, previous ones until the last token that they signed is over."""

    STANDBY = "standby"
    CURRENT = "current"
    PREVIOUS = "previous"
    REVOKED = "revoked"


PUBLISHED = (KeyState.STANDBY, KeyState.CURRENT, KeyState.PREVIOUS)
SIGNING = (KeyState.CURRENT, KeyState.PREVIOUS)


def missing_states(present: Collection[str]) -> tuple[KeyState, ...]:
    """For which states a key must be made, so that there is one to sign with and one to change to."""
    return tuple(state for state in (KeyState.CURRENT, KeyState.STANDBY) if state not in present)


def require_known(made_at: datetime, now: datetime) -> None:
    """Sign only with a key that whoever verifies has had time to learn. Raises: conflict `standby-too-new`."""
    missing = made_at + KNOWN_AFTER - now
    if missing > timedelta():
        detail = "The next key is not known everywhere yet; try again in some seconds."
        raise ServiceError(Kind.CONFLICT, "standby-too-new", detail, retry_after_seconds=ceil(missing.total_seconds()))


def key_stream(kid: str) -> str:
    """The event stream of a key: its thumbprint's first 128 bits stand for the id that other things have."""
    return f"signing_key-{UUID(bytes=base64.urlsafe_b64decode(kid + '=')[:16])}"
