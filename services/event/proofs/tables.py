"""Complete subtrees of the Merkle tree, and the heads that were signed."""

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, SmallInteger, Table, Text, func

from shared.database.metadata import metadata

tree_nodes = Table(
    "tree_nodes",
    metadata,
    # Levels 8, 16, 24, …: a node of level L covers 2^L leaves.
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

tree_heads = Table(
    "tree_heads",
    metadata,
    Column("tree_size", BigInteger, primary_key=True, autoincrement=False),
    Column("root_hash", LargeBinary, nullable=False),
    Column("signed_at", DateTime(timezone=True), nullable=False),
    Column("key_id", Text, nullable=False),
    Column("signature", Text, nullable=False),
)

tree_head_keys = Table(
    "tree_head_keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
