"""What the first page is made of: data, read from top to bottom."""

from dataclasses import dataclass

# Whoever waits for a page does not wait longer.
DEADLINE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Part:
    """A member of the answer: which service gives it, at which path, within how long, and the name of its shape."""

    name: str
    service: str
    target: str
    seconds: float
    shape: str


PARTS = (
    Part("profile", "user", "/users/me", DEADLINE_SECONDS, "ProfileAnswer"),
    Part("feed", "community", "/feed?scope=home&limit=20", DEADLINE_SECONDS, "Feed"),
    # The newest one, and how many there are.
    Part("unread", "user", "/notifications?unread=true&limit=1", DEADLINE_SECONDS, "NotificationList"),
    Part("gatherings", "community", "/gatherings?scope=mine&limit=5", DEADLINE_SECONDS, "GatheringList"),
)
