"""What an invitation may be."""

from datetime import timedelta

from shared.errors import FieldError, Kind, ServiceError

MOST_USES = 10_000
LONGEST_DAYS = 365
DEFAULT_LIFETIME = timedelta(days=7)
LONGEST_NOTE = 200
LONGEST_INVITATION = 200


def invitation_invalid() -> ServiceError:
    """422: unknown, used up, revoked or too old, which whoever guesses is not told apart."""
    fault = FieldError("/invitation", "invitation-unknown", "There is no such invitation, or it is used up.")
    return ServiceError(Kind.INVALID, "invitation-unknown", fault.detail, errors=[fault])
