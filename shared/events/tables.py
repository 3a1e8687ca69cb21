"""The tables of a territory's event store.

`events` is insert-only for every role but its owner; `seals` is written by the sealer's role alone.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import UserDefinedType
from typing_extensions import override

from shared.database.metadata import metadata


class Xid8(UserDefinedType[int]):
    """A 64-bit transaction id, which never wraps."""

    cache_ok = True

    @override
    def get_col_spec(self, **_: Any) -> str:
        """Its name in DDL."""
        return "XID8"


events = Table(
    "events",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("schema_version", SmallInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("data", JSONB, nullable=False),
    Column("metadata", JSONB, nullable=False),
    Column("xid", Xid8, nullable=False, server_default=func.pg_current_xact_id()),
    UniqueConstraint("stream", "version", name="events_stream_version"),
    # The sealer scans from the oldest transaction that was open at its last scan.
    Index("events_xid", "xid"),
    # Recovery of a live channel.
    Index("events_audience", literal_column("(metadata -> 'audience')"), postgresql_using="gin"),
)

seals = Table(
    "seals",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("leaf_hash", LargeBinary, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

parked_events = Table(
    "parked_events",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("parked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

person_keys = Table(
    "person_keys",
    metadata,
    Column("person", Uuid, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
