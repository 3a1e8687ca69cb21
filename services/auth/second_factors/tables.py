"""The authenticator app of an account, its recovery codes, and its passkeys."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from shared.database.metadata import metadata

_ACCOUNT = "accounts.id"

totp_factors = Table(
    "totp_factors",
    metadata,
    Column("account_id", Uuid, ForeignKey(_ACCOUNT, ondelete="CASCADE"), primary_key=True),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    # Until its first code was typed nobody is asked for one.
    Column("confirmed_at", DateTime(timezone=True)),
    # The last step of which a code was taken: none is taken twice, nor one from before.
    Column("used_step", BigInteger, nullable=False),
)

# Wrong codes in a row, whichever factor they were meant for.
factor_failures = Table(
    "factor_failures",
    metadata,
    Column("account_id", Uuid, ForeignKey(_ACCOUNT, ondelete="CASCADE"), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("blocked_until", DateTime(timezone=True), nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("account_id", Uuid, ForeignKey(_ACCOUNT, ondelete="CASCADE"), primary_key=True),
    Column("code_hash", LargeBinary, primary_key=True),
    Column("used_at", DateTime(timezone=True)),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey(_ACCOUNT, ondelete="CASCADE"), nullable=False, index=True),
    Column("credential_id", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("is_backed_up", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    UniqueConstraint("credential_id"),
)
