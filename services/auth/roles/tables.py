"""The roles that a territory made itself, and which account holds which role where."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Table, Text, UniqueConstraint, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY

from shared.database.metadata import metadata

custom_roles = Table(
    "custom_roles",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("permissions", ARRAY(Text), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("name"),
)

# The territory is the one whose database this is: no grant can name another.
role_grants = Table(
    "role_grants",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=func.gen_random_uuid()),
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("role", Text, nullable=False),
    # One or the other: a release that knows communities alone takes a resource for a community that nobody has.
    Column("community_id", Uuid),
    Column("resource_kind", Text),
    Column("expires_at", DateTime(timezone=True), index=True),
    Column("granted_at", DateTime(timezone=True), nullable=False),
    Column("granted_by", Text, nullable=False),
    UniqueConstraint("account_id", "role", "community_id", postgresql_nulls_not_distinct=True),
    CheckConstraint(
        "resource_kind IS NULL OR (resource_kind IN ('post', 'gathering') AND community_id IS NOT NULL)",
        name="resource_kind",
    ),
)
