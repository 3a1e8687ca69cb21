"""Which account holds which role in the territory."""

from sqlalchemy import Column, DateTime, ForeignKey, Table, Text, Uuid

from shared.database.metadata import metadata

role_grants = Table(
    "role_grants",
    metadata,
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("granted_at", DateTime(timezone=True), nullable=False),
    Column("granted_by", Text, nullable=False),
)
