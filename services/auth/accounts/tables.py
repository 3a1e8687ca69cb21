"""The accounts of a territory: who may log in, and with which password."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
    literal_column,
)

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
    Column("email_verified_at", DateTime(timezone=True)),
    # Empty for who logs in at another provider only.
    Column("password_hash", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="active"),
    # What somebody wrote who asks to be let in; gone once that is decided.
    Column("application", Text, nullable=False, server_default=""),
    Column("kind", Text, nullable=False, server_default="citizen"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("username"),
    # Whoever has only said that an address is theirs keeps nobody from it.
    Index(
        "accounts_owned_address",
        "email_folded",
        unique=True,
        postgresql_where=literal_column("status <> 'unverified' AND status <> 'refused'"),
    ),
    Index(
        "accounts_unadmitted",
        "status",
        "updated_at",
        postgresql_where=literal_column("status <> 'active' AND status <> 'disabled'"),
    ),
    CheckConstraint("kind IN ('citizen', 'service')", name="kind"),
    CheckConstraint("status IN ('active', 'disabled', 'unverified', 'pending', 'refused')", name="status"),
)

owns_address = and_(accounts.c.status != "unverified", accounts.c.status != "refused")
"""As in the index accounts_owned_address."""
