"""Revocations: what makes tokens worthless before they expire, and the epoch by which services follow them."""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Table,
    Text,
    Uuid,
    bindparam,
    insert,
)

from shared.database.connection import Connection
from shared.database.metadata import metadata
from shared.database.statements import compiled

REVOKED_HINT = "revoked"
# Longer than any access token lives (JWT_EXPIRY is at most a day): after it there is nothing left to revoke.
KEPT = timedelta(days=1, hours=1)

revocations = Table(
    "revocations",
    metadata,
    Column("epoch", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("not_before", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("kind IN ('session', 'account')", name="kind"),
    Index(None, "expires_at"),
)

_REVOKE = compiled(
    insert(revocations).values(
        kind=bindparam("kind"),
        subject=bindparam("subject"),
        not_before=bindparam("not_before"),
        expires_at=bindparam("expires_at"),
    )
)


class Work(Protocol):
    """The part of a unit of work that revoking needs; `identity` and `events` do not know each other."""

    connection: Connection
    now: datetime
    hints: set[str]


async def revoke_session(work: Work, session_id: UUID) -> None:
    """In the caller's transaction: no access token of the session is accepted any more."""
    await _revoke(work, "session", session_id)


async def revoke_account(work: Work, account_id: UUID) -> None:
    """In the caller's transaction: no access token issued to the account until now is accepted any more."""
    await _revoke(work, "account", account_id)


async def _revoke(work: Work, kind: str, subject: UUID) -> None:
    await work.connection.execute(_REVOKE, kind=kind, subject=subject, not_before=work.now, expires_at=work.now + KEPT)
    work.hints.add(REVOKED_HINT)
