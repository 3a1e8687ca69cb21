"""How each citizen wants the pod to speak to them; a missing row means every default."""

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, Table, Text, Uuid

from shared.database.metadata import metadata

preferences = Table(
    "preferences",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    # NULL: the territory's own locale.
    Column("locale", Text),
    Column("time_zone", Text, nullable=False),
    Column("theme", Text, nullable=False),
    Column("email_notifications", Boolean, nullable=False),
    Column("email_digest", Text, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("theme IN ('system', 'light', 'dark')", name="theme"),
    CheckConstraint("email_digest IN ('off', 'daily', 'weekly')", name="email_digest"),
)
