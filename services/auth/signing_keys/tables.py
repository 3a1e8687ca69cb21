"""The Ed25519 keys that sign the territory's access tokens."""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, LargeBinary, Table, Text

from shared.database.metadata import metadata

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("private_key", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("state_changed_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("state IN ('standby', 'current', 'previous', 'revoked')", name="state"),
    CheckConstraint("octet_length(public_key) = 32", name="public_key_length"),
)

# Whatever races at start or during a rotation: never two current keys, never two standby keys.
Index(
    "signing_keys_single_state",
    signing_keys.c.state,
    unique=True,
    postgresql_where=signing_keys.c.state.in_(("current", "standby")),
)
