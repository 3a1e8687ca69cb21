"""Answers to gatherings."""

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKey, Identity, Index, Table, Text, Uuid

from shared.database.metadata import metadata

rsvps = Table(
    "rsvps",
    metadata,
    Column("gathering_id", Uuid, ForeignKey("gatherings.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", Uuid, primary_key=True),
    Column("status", Text, nullable=False),
    # Who asked before whom: drawn while the gathering is locked. Whoever has the lowest of those who wait is next.
    Column("number", BigInteger, Identity(), nullable=False),
    Column("answered_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("status IN ('going', 'waiting', 'interested', 'declined')", name="status"),
    Index("rsvps_in_order", "gathering_id", "status", "number", unique=True),
    Index(None, "account_id"),
)
