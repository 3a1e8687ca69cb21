"""Who belongs to which community."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Table, Text, Uuid

from shared.database.metadata import metadata

memberships = Table(
    "memberships",
    metadata,
    Column("community_id", Uuid, ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", Uuid, primary_key=True),
    Column("role", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("joined_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("role IN ('owner', 'moderator', 'member')", name="role"),
    CheckConstraint("state IN ('active', 'pending')", name="state"),
    Index(None, "account_id"),
    Index("memberships_in_order", "community_id", "joined_at", "account_id"),
)
