"""Who somebody is at a provider, and the logins there that are under way."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, LargeBinary, Table, Text, Uuid

from shared.database.metadata import metadata

linked_identities = Table(
    "linked_identities",
    metadata,
    # The two together are the identity, and nothing else is: an e-mail address may be given to somebody else.
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("linked_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True), nullable=False),
    Index(None, "account_id"),
)

sign_on_flows = Table(
    "sign_on_flows",
    metadata,
    Column("flow_hash", LargeBinary, primary_key=True),
    Column("provider", Text, nullable=False),
    # Who wants to link what is there to the account that they have here.
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE")),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index(None, "expires_at"),
)
