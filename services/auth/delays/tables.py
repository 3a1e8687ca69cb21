"""Who failed to log in lately, under pseudonyms, and from where an account's owner is known to come."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Uuid

from shared.database.metadata import metadata

login_delays = Table(
    "login_delays",
    metadata,
    Column("subject", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("failed_at", DateTime(timezone=True), nullable=False),
    Column("blocked_until", DateTime(timezone=True), nullable=False),
    Index(None, "failed_at"),
)

known_networks = Table(
    "known_networks",
    metadata,
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("network", LargeBinary, primary_key=True),
    Column("used_at", DateTime(timezone=True), nullable=False),
    Index(None, "used_at"),
)
