"""Letters to be sent, those sent within a day, and the tokens in them."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    literal_column,
)

from shared.database.metadata import metadata

letters = Table(
    "letters",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    # One of the two at least: a letter to an account, or to whoever has an address.
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE")),
    Column("address", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("next_try_at", DateTime(timezone=True), nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("sent_at", DateTime(timezone=True)),
    Column("sent_to", Text),
    Index(None, "next_try_at", postgresql_where=literal_column("sent_at IS NULL")),
    Index(None, "sent_to", "kind"),
    Index(None, "account_id"),
)

letter_tokens = Table(
    "letter_tokens",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("purpose", Text, nullable=False),
    # The address that it proves.
    Column("address", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    CheckConstraint("purpose IN ('confirm', 'change', 'reset')", name="purpose"),
    Index(None, "account_id", "purpose"),
)
