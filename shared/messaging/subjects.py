"""Every NATS subject and header there is."""

from shared.territory.territory import Territory

STREAM = "EVENTS"
POSITION_HEADER = "Unityplan-Position"
MESSAGE_ID_HEADER = "Nats-Msg-Id"
EXPECTED_SEQUENCE_HEADER = "Nats-Expected-Last-Sequence"

APPENDED = "appended"
"""Hint: events were committed and wait for a position."""
SEALED = "sealed"
"""Hint: events got their positions."""
REVOKED = "revoked"
"""Hint: a session, an account or a key was revoked, or a key was made."""
LETTERS = "letters"
"""Hint: letters wait to be sent."""
PARKED = "parked"
"""Hint: parked events are to be handled again, or were discarded."""
PROJECTIONS = "projections"
"""Hint: a projection is to be built anew."""


def all_events(territory: Territory) -> str:
    """What the stream stores."""
    return f"{territory.subject_prefix}.>"


def event_subject(territory: Territory, event_type: str) -> str:
    """`territory.dk.community.post.created`."""
    return f"{territory.subject_prefix}.{event_type}"


def hint_subject(territory: Territory, name: str) -> str:
    """A lossy wake-up, outside what the stream stores."""
    return f"hints.{territory.code.lower()}.{name}"
