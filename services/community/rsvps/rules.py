"""Who gets a place."""

from datetime import datetime

from shared.errors import Kind, ServiceError


def require_not_over(ends_at: datetime, now: datetime) -> None:
    """What is over is answered no more.

    Raises:
        ServiceError: conflict `gathering-over`.
    """
    if ends_at <= now:
        raise ServiceError(Kind.CONFLICT, "gathering-over", "This gathering is over.")


def is_answered(before: str | None, wanted: str) -> bool:
    """Whether it is so already; whoever waits has asked to go, and keeps their place in the line."""
    return before == wanted or (before == "waiting" and wanted == "going")


def settle_rsvp(wanted: str, capacity: int | None, going: int) -> str:
    """What becomes of an answer when so many others are going."""
    is_full = capacity is not None and going >= capacity
    return "waiting" if wanted == "going" and is_full else wanted


def audience_of(gathering_id: object, account_id: object, before: str | None, status: str) -> list[str]:
    """Who declines without ever having been on the list tells nobody."""
    is_private = status == "declined" and before in {None, "declined"}
    return [f"user:{account_id}"] if is_private else [f"gathering:{gathering_id}", f"user:{account_id}"]
