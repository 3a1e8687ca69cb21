"""Posts."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from shared.database.metadata import metadata

posts = Table(
    "posts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("community_id", Uuid, ForeignKey("communities.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", Uuid, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("body_html", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("tags", ARRAY(Text), nullable=False),
    Column("comment_count", Integer, nullable=False),
    Column("score", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Index("posts_in_order", "community_id", "created_at", "id"),
)
