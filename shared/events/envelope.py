"""An event as it stands in the store, and the exact bytes that its leaf hash covers."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from asyncpg.pgproto import pgproto

from shared.clock import format_time
from shared.events.canonical import canonical_bytes
from shared.identifiers import Position

LEAF_PREFIX = b"\x00"


@dataclass(slots=True)  # not frozen: one is made for every event, and that would take twice as long
class StoredEvent:
    """One row; `position` is 0 until it is sealed, and not part of what is hashed."""

    id: UUID
    position: Position
    stream: str
    version: int
    type: str
    schema_version: int
    actor: str
    occurred_at: datetime
    data: Mapping[str, Any]
    metadata: Mapping[str, Any]

    def hashed_fields(self) -> dict[str, Any]:
        """The members that the leaf covers, as JSON values."""
        return {
            "id": str(self.id),
            "stream": self.stream,
            "version": self.version,
            "type": self.type,
            "schema_version": self.schema_version,
            "actor": self.actor,
            "occurred_at": format_time(self.occurred_at),
            "data": self.data,
            "metadata": self.metadata,
        }

    def to_json(self) -> dict[str, Any]:
        """The public shape: the hashed members and the position (null until sealed)."""
        return {**self.hashed_fields(), "position": self.position or None}

    def leaf_bytes(self) -> bytes:
        """Canonical JSON of the hashed members (RFC 8785): equal for the event as appended and as read back."""
        return leaf_bytes_of(
            str(self.id),
            self.stream,
            self.version,
            self.type,
            self.schema_version,
            self.actor,
            format_time(self.occurred_at),
            canonical_bytes(self.data),
            canonical_bytes(self.metadata),
        )

    def leaf_hash(self) -> bytes:
        """The hash of its leaf bytes."""
        return leaf_hash(self.leaf_bytes())

    @property
    def audience(self) -> tuple[str, ...]:
        """The live channels it belongs to."""
        return tuple(self.metadata.get("audience", ()))


@dataclass(slots=True)  # not frozen: one is made for every event, and that would take twice as long
class Leaf:
    """What sealing and publishing an event take."""

    event_id: str
    event_type: str
    occurred_at: datetime
    body: bytes
    """Its leaf bytes."""


def leaf_bytes_of(  # noqa: PLR0913, PLR0917 (the members that are hashed)
    event_id: str,
    stream: str,
    version: int,
    event_type: str,
    schema_version: int,
    actor: str,
    occurred_at: str,
    data: bytes,
    metadata: bytes,
) -> bytes:
    """The bytes that a leaf hash covers, from members whose objects are canonical JSON already."""
    members = {
        "actor": actor,
        "data": orjson.Fragment(data),
        "id": event_id,
        "metadata": orjson.Fragment(metadata),
        "occurred_at": occurred_at,
        "schema_version": schema_version,
        "stream": stream,
        "type": event_type,
        "version": version,
    }
    # They stand in their canonical order, and texts are written as RFC 8785 does.
    return orjson.dumps(members)


def leaf_of(event: StoredEvent) -> Leaf:
    """Of an event as it was read."""
    return Leaf(str(event.id), event.type, event.occurred_at, event.leaf_bytes())


def leaf_hash(leaf_bytes: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf bytes). Source of the prefix: RFC 6962 §2.1."""
    return hashlib.sha256(LEAF_PREFIX + leaf_bytes).digest()


def published_body(leaf_bytes: bytes, position: int) -> bytes:
    """What `StoredEvent.to_json` has, with the bytes that were hashed and the position behind them."""
    return b'%b,"position":%d}' % (leaf_bytes[:-1], position)


def event_of(body: bytes) -> StoredEvent | None:
    """A published event, as `to_json` says it; None for what is no event: the store knows better."""
    try:
        fields = orjson.loads(body)
        return StoredEvent(
            id=pgproto.UUID(fields["id"]),
            position=Position(fields["position"]),
            stream=fields["stream"],
            version=fields["version"],
            type=fields["type"],
            schema_version=fields["schema_version"],
            actor=fields["actor"],
            occurred_at=datetime.fromisoformat(fields["occurred_at"]),
            data=fields["data"],
            metadata=fields["metadata"],
        )
    except (KeyError, TypeError, ValueError):
        return None
