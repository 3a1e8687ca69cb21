"""Challenges that were given and not answered yet."""

from sqlalchemy import Column, DateTime, LargeBinary, Table, Uuid

from shared.database.metadata import metadata

passkey_challenges = Table(
    "passkey_challenges",
    metadata,
    Column("id", Uuid, primary_key=True),
    # For whom a passkey is to be registered; nobody's where one is to answer.
    Column("account_id", Uuid),
    Column("challenge", LargeBinary, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
)
