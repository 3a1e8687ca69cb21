"""The tools that may log citizens in, and the codes that they exchange."""

from sqlalchemy import Column, DateTime, ForeignKey, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from shared.database.metadata import metadata

oidc_clients = Table(
    "oidc_clients",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    # None for a tool that can keep no secret.
    Column("secret_hash", LargeBinary),
    Column("redirect_uris", ARRAY(Text), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

authorization_codes = Table(
    "authorization_codes",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    Column("client_id", Text, ForeignKey("oidc_clients.id", ondelete="CASCADE"), nullable=False),
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("nonce", Text),
    Column("code_challenge", Text, nullable=False),
    Column("aal", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("used_at", DateTime(timezone=True)),
    Column("token_id", Uuid),
)
