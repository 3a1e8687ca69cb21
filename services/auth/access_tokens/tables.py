"""Access tokens of programs: hashes, scopes and ends."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, LargeBinary, Table, Text, UniqueConstraint, Uuid, false
from sqlalchemy.dialects.postgresql import ARRAY

from shared.database.metadata import metadata

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    # Of one of the pod's tools, for what a citizen let it see.
    Column("is_tools", Boolean, nullable=False, server_default=false()),
    Column("token_hash", LargeBinary, nullable=False),
    # So that its owner knows which one it is.
    Column("ending", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    UniqueConstraint("token_hash"),
)
