"""Sessions and the refresh tokens of each: one session is one family of tokens."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from shared.database.metadata import metadata

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("refreshed_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("absolute_expires_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_reason", Text),
    Column("user_agent", Text, nullable=False),
    # When a second factor was shown last.
    Column("stepped_up_at", DateTime(timezone=True)),
    # Who acts in the account's name in it.
    Column("impersonator_id", Uuid),
    Index(None, "account_id", "created_at"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("session_id", Uuid, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Column("successor_hash", LargeBinary),
    # What the access token issued beside this token said, so that a grace reply can be made again byte for byte.
    Column("access_kid", Text, nullable=False),
    Column("access_roles", ARRAY(Text), nullable=False),
    Column("access_aal", Text, nullable=False, server_default="aal1"),
    Index(None, "session_id"),
)
