"""The territory's terms, once somebody has changed what the settings say."""

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, SmallInteger, Table, Text

from shared.database.metadata import metadata

sign_up_terms = Table(
    "sign_up_terms",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("mode", Text, nullable=False),
    Column("takes_passwords", Boolean, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("id = 1", name="id"),
    CheckConstraint("mode IN ('open', 'invitation', 'approval')", name="mode"),
)
