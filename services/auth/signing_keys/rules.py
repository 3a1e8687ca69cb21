"""The states of a signing key and the order in which they follow one another."""

import base64
from collections.abc import Collection
from enum import StrEnum
from uuid import UUID


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


def key_stream(kid: str) -> str:
    """The event stream of a key: its thumbprint's first 128 bits stand for the id that other things have."""
    return f"signing_key-{UUID(bytes=base64.urlsafe_b64decode(kid + '=')[:16])}"
