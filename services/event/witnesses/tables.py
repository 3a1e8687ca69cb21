"""Heads of neighbours that this territory has seen, and what neighbours have co-signed of its own."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
    literal_column,
)

from shared.database.metadata import metadata

witnessed_heads = Table(
    "witnessed_heads",
    metadata,
    # Two roots of one size stand side by side: they are the evidence of a fork.
    Column("territory", Text, primary_key=True),
    Column("epoch", Uuid, primary_key=True),
    Column("tree_size", BigInteger, primary_key=True, autoincrement=False),
    Column("root_hash", LargeBinary, primary_key=True),
    Column("signed_at", DateTime(timezone=True), nullable=False),
    Column("key_id", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # None where it contradicts what was seen before.
    Column("cosigned_at", DateTime(timezone=True)),
    Column("cosigner_key_id", Text),
    Column("cosignature", Text),
    Column("fault", Text),
    Column("is_accepted", Boolean, nullable=False, server_default="false"),
    Index("witnessed_heads_seen_at", "territory", "seen_at"),
    # There are hardly any, and each look asks for them.
    Index("witnessed_heads_faults", "territory", "seen_at", postgresql_where=literal_column("fault IS NOT NULL")),
)

cosignatures = Table(
    "cosignatures",
    metadata,
    Column("witness", Text, primary_key=True),
    Column("epoch", Uuid, primary_key=True),
    Column("tree_size", BigInteger, primary_key=True, autoincrement=False),
    Column("root_hash", LargeBinary, primary_key=True),
    Column("cosigned_at", DateTime(timezone=True), nullable=False),
    Column("key_id", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
