"""Gatherings."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid

from shared.database.metadata import metadata

gatherings = Table(
    "gatherings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("community_id", Uuid, ForeignKey("communities.id", ondelete="CASCADE"), nullable=False),
    Column("organiser_id", Uuid, nullable=False),
    Column("title", Text, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    # Where it is held: what the clock on the wall says there.
    Column("time_zone", Text, nullable=False),
    # Null: however many come.
    Column("capacity", Integer),
    Column("place", Text),
    Column("url", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    CheckConstraint("capacity > 0", name="capacity"),
    Index("gatherings_in_order", "community_id", "starts_at", "id"),
    Index(None, "organiser_id"),
)
