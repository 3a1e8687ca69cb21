"""What becomes of a passkey's answer."""

from datetime import timedelta
from enum import StrEnum

from shared.errors import Kind, ServiceError

CHALLENGE_LIFETIME = timedelta(minutes=5)
CHALLENGE_BYTES = 32
MOST_PASSKEYS = 20


class PasskeyFault(StrEnum):
    """Why an answer was not taken."""

    CHALLENGE = "challenge"
    REFUSED = "refused"


def passkey_refusal(fault: PasskeyFault) -> ServiceError:
    """What who answered is told; nothing of whether there is such a passkey."""
    match fault:
        case PasskeyFault.CHALLENGE:
            detail = "There is no such challenge any more; begin again."
            return ServiceError(Kind.UNAUTHENTICATED, "challenge-unknown", detail)
        case PasskeyFault.REFUSED:
            return ServiceError(Kind.UNAUTHENTICATED, "passkey-refused", "The passkey's answer does not verify.")


def passkey_exists() -> ServiceError:
    """409: the authenticator gave one that is registered."""
    return ServiceError(Kind.CONFLICT, "passkey-exists", "This passkey is registered already.")


def too_many_passkeys() -> ServiceError:
    """409: one is to be removed first."""
    return ServiceError(Kind.CONFLICT, "too-many-passkeys", f"An account has at most {MOST_PASSKEYS} passkeys.")
