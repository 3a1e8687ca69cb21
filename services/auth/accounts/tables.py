"""The accounts of a territory: who may log in, and with which password."""

from sqlalchemy import CheckConstraint, Column, DateTime, Table, Text, UniqueConstraint, Uuid

from shared.database.metadata import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("username", Text, nullable=False),
    Column("email", Text, nullable=False),
    # Compared, never shown: the e-mail as typed stays in `email`, because a mailbox may be case-sensitive.
    Column("email_folded", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="active"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("username"),
    UniqueConstraint("email_folded"),
    CheckConstraint("status IN ('active', 'disabled')", name="status"),
)
