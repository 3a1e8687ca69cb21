"""The tables of a territory's event store.

`events` is insert-only for every role but its owner; `seals` is written by the sealer's role alone.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
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

from shared.database.metadata import Xid8, metadata

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
    # None once it is archived: then the block of its position holds it.
    Column("data", JSONB),
    Column("metadata", JSONB, nullable=False),
    Column("xid", Xid8, nullable=False, server_default=func.pg_current_xact_id()),
    UniqueConstraint("stream", "version", name="events_stream_version"),
    # The sealer scans from the oldest transaction that was open at its last scan.
    Index("events_xid", "xid"),
    Index("events_type", "type", "seq"),
    Index("events_actor", "actor", "seq"),
    # Appended in order of time, so that ranges of pages tell enough.
    Index("events_occurred_at", "occurred_at", postgresql_using="brin"),
    # Recovery of a live channel.
    Index(
        "events_audience",
        literal_column("(metadata -> 'audience')"),
        postgresql_using="gin",
        postgresql_where=literal_column("(metadata -> 'audience') IS NOT NULL"),
    ),
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
    Column("state", Text, nullable=False, server_default="parked"),
    Column("requested_at", DateTime(timezone=True)),
    CheckConstraint("state IN ('parked', 'replaying')", name="state"),
)

projections = Table(
    "projections",
    metadata,
    # A build of a projection fills rows of its own beside those of the one that serves.
    Column("name", Text, primary_key=True),
    Column("build", BigInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("switched_at", DateTime(timezone=True)),
    CheckConstraint("state IN ('building', 'serving', 'retired')", name="state"),
    Index("projections_serving", "name", unique=True, postgresql_where=literal_column("state = 'serving'")),
    Index("projections_building", "name", unique=True, postgresql_where=literal_column("state = 'building'")),
)

archived_blocks = Table(
    "archived_blocks",
    metadata,
    Column("first_position", BigInteger, primary_key=True, autoincrement=False),
    Column("last_position", BigInteger, nullable=False, unique=True),
    Column("sha256", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("archived_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

request_origins = Table(
    "request_origins",
    metadata,
    # Where a request that left events came from. Not part of the record: it is deleted after a while.
    # Clients may give two requests one id: with the time of its events it is one request's.
    Column("request_id", Text, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("address", Text),
    Column("agent", Text),
    Column("method", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("at", DateTime(timezone=True), primary_key=True),
    Index("request_origins_at", "at"),
)

person_keys = Table(
    "person_keys",
    metadata,
    Column("person", Uuid, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    # Which secret it is wrapped under; empty where that was not written down yet.
    Column("secret_id", Text, nullable=False, server_default=""),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

erased_persons = Table(
    "erased_persons",
    metadata,
    Column("person", Uuid, primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("erased_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
