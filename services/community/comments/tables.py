"""Comments."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid

from shared.database.metadata import metadata

comments = Table(
    "comments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("post_id", Uuid, ForeignKey("posts.id", ondelete="CASCADE"), nullable=False),
    Column("community_id", Uuid, nullable=False),
    Column("author_id", Uuid, nullable=False),
    Column("parent_id", Uuid, ForeignKey("comments.id")),
    Column("body", Text, nullable=False),
    Column("body_html", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Index("comments_in_order", "post_id", "created_at", "id"),
)
