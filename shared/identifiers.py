"""Identifiers: UUIDv7 inside, a type for each thing they name."""

from typing import NewType
from uuid import UUID

from uuid_utils.compat import uuid7

ActorId = NewType("ActorId", str)
AccountId = NewType("AccountId", UUID)
SessionId = NewType("SessionId", UUID)
CommunityId = NewType("CommunityId", UUID)
PostId = NewType("PostId", UUID)
CommentId = NewType("CommentId", UUID)
EventId = NewType("EventId", UUID)
Position = NewType("Position", int)

SYSTEM = ActorId("system")

_TEXT_LENGTH = 36


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562 §5.7): ordered by time, so that index pages fill one after another."""
    return uuid7()


def parse_id(text: str) -> UUID | None:
    """The UUID in its canonical text form, or None; braces, URNs and bare hex are not ids of ours."""
    if len(text) != _TEXT_LENGTH:
        return None
    try:
        return UUID(text)
    except ValueError:
        return None
