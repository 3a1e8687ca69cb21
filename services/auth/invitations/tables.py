"""Invitations, and who came by which."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid

from shared.database.metadata import metadata

invitations = Table(
    "invitations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    # Without a foreign key: an invitation outlives the account that made it.
    Column("created_by", Uuid, nullable=False),
    Column("note", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("max_uses", Integer, nullable=False),
    Column("uses", Integer, nullable=False, server_default="0"),
    CheckConstraint("uses <= max_uses", name="uses"),
    Index(None, "created_at"),
)

invitation_uses = Table(
    "invitation_uses",
    metadata,
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("invitation_id", Uuid, ForeignKey("invitations.id", ondelete="CASCADE"), nullable=False),
    Column("used_at", DateTime(timezone=True), nullable=False),
    Index(None, "invitation_id", "used_at"),
)
