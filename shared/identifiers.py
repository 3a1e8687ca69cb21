"""Identifiers: UUIDv7 inside, a type for each thing they name."""

import re
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

_CANONICAL = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562 §5.7): ordered by time, so that index pages fill one after another."""
    return uuid7()


def parse_id(text: str) -> UUID | None:
    """The UUID in its canonical text form, or None; braces, URNs and bare hex are not ids of ours."""
    return UUID(text) if is_id(text) else None


def is_id(text: str) -> bool:
    """Whether it is an id in its canonical text form (RFC 9562 §4)."""
    return _CANONICAL.fullmatch(text) is not None
