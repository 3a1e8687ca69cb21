"""Communities."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid

from shared.database.metadata import metadata

communities = Table(
    "communities",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("join_policy", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent_id", Uuid, ForeignKey("communities.id")),
    Column("founder_id", Uuid, nullable=False),
    Column("member_count", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("visibility IN ('public', 'unlisted', 'private')", name="visibility"),
    CheckConstraint("join_policy IN ('open', 'approval', 'invitation')", name="join_policy"),
    # The public directory, newest first.
    Index("communities_directory", "visibility", "created_at", "id"),
)
