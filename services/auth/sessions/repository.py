"""The SQL with which sessions begin, renew and end."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, Text, Uuid, bindparam, delete, insert, or_, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY

from services.auth.accounts.tables import accounts
from services.auth.sessions.rules import PresentedToken
from services.auth.sessions.tables import refresh_tokens, sessions
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.identity.revocation import revocations

_NOW = bindparam("now", type_=DateTime(timezone=True))
_PRESENTED = bindparam("presented_hash", type_=LargeBinary)

_INSERT_SESSION = compiled(
    insert(sessions).values(
        id=bindparam("session", type_=Uuid),
        account_id=bindparam("account", type_=Uuid),
        created_at=_NOW,
        refreshed_at=_NOW,
        expires_at=bindparam("expires", type_=DateTime(timezone=True)),
        absolute_expires_at=bindparam("absolutely_expires", type_=DateTime(timezone=True)),
        user_agent=bindparam("device", type_=Text),
    )
)

_INSERT_TOKEN = compiled(
    insert(refresh_tokens).values(
        token_hash=bindparam("new_hash", type_=LargeBinary),
        session_id=bindparam("session", type_=Uuid),
        issued_at=_NOW,
        access_kid=bindparam("kid", type_=Text),
        access_roles=bindparam("roles", type_=ARRAY(Text)),
        access_aal=bindparam("aal", type_=Text),
    )
)

# Everyone who presents a token of this family waits here, so that the claim below sees who came first, and so that
# a logout that has returned is seen by every refresh after it.
_family = (
    select(
        sessions.c.id, sessions.c.account_id, sessions.c.absolute_expires_at, sessions.c.ended_at, sessions.c.expires_at
    )
    .where(
        sessions.c.id
        == select(refresh_tokens.c.session_id).where(refresh_tokens.c.token_hash == _PRESENTED).scalar_subquery()
    )
    .with_for_update(key_share=True)
    .cte("family")
)
_claim = (
    update(refresh_tokens)
    .values(used_at=_NOW, successor_hash=bindparam("next_hash", type_=LargeBinary))
    .where(
        refresh_tokens.c.token_hash == _PRESENTED,
        refresh_tokens.c.used_at.is_(None),
        refresh_tokens.c.session_id == _family.c.id,
        _family.c.ended_at.is_(None),
        _family.c.expires_at > _NOW,
        accounts.c.id == _family.c.account_id,
        accounts.c.status == "active",
    )
    .returning(refresh_tokens.c.session_id)
    .cte("claim")
)
# The outer select reads the family whatever the claim finds: that is what makes the lock certain.
_CLAIM = compiled(
    select(
        _family.c.id,
        _family.c.account_id,
        _family.c.absolute_expires_at,
        _claim.c.session_id.is_not(None).label("is_claimed"),
    ).select_from(_family.outerjoin(_claim, true()))
)

_EXTEND = compiled(
    update(sessions)
    .values(refreshed_at=_NOW, expires_at=bindparam("expires", type_=DateTime(timezone=True)))
    .where(sessions.c.id == bindparam("session", type_=Uuid))
)

_STEP_UP = compiled(
    update(sessions).values(stepped_up_at=_NOW).where(sessions.c.id == bindparam("session", type_=Uuid))
)
_STEPPED_UP_AT = compiled(select(sessions.c.stepped_up_at).where(sessions.c.id == bindparam("session", type_=Uuid)))

_successor = refresh_tokens.alias("successor")
_UNCLAIMED = compiled(
    select(
        refresh_tokens.c.used_at,
        sessions.c.expires_at,
        sessions.c.ended_at,
        _successor.c.used_at.label("successor_used_at"),
        _successor.c.issued_at.label("successor_issued_at"),
        _successor.c.access_kid,
        _successor.c.access_roles,
        _successor.c.access_aal,
    )
    .select_from(
        refresh_tokens.join(sessions, sessions.c.id == refresh_tokens.c.session_id).outerjoin(
            _successor, _successor.c.token_hash == refresh_tokens.c.successor_hash
        )
    )
    .where(refresh_tokens.c.token_hash == _PRESENTED)
)

_END = compiled(
    update(sessions)
    .values(ended_at=_NOW, ended_reason=bindparam("reason", type_=Text))
    .where(sessions.c.id == bindparam("session", type_=Uuid), sessions.c.ended_at.is_(None))
    .returning(sessions.c.account_id)
)

_BEFORE = bindparam("before", type_=DateTime(timezone=True))
_DELETE_FINISHED = compiled(delete(sessions).where(or_(sessions.c.ended_at < _BEFORE, sessions.c.expires_at < _BEFORE)))
_DELETE_REVOCATIONS = compiled(delete(revocations).where(revocations.c.expires_at < _NOW))

# Taken from the password check to the commit: a password changed or an account disabled in between wins.
_LOCK_CREDENTIALS = compiled(
    select(accounts.c.id)
    .where(
        accounts.c.id == bindparam("account", type_=Uuid),
        accounts.c.password_hash == bindparam("checked_hash", type_=Text),
        accounts.c.status == "active",
    )
    .with_for_update(key_share=True)
)

_SET_HASH = compiled(
    update(accounts)
    .values(password_hash=bindparam("new_hash", type_=Text), updated_at=_NOW)
    .where(accounts.c.id == bindparam("account", type_=Uuid))
)


@dataclass(frozen=True, slots=True)
class Family:
    """A session that a presented token belongs to; `is_claimed` when this transaction came first with the token."""

    session_id: UUID
    account_id: UUID
    absolute_expires_at: datetime
    is_claimed: bool


@dataclass(frozen=True, slots=True)
class Successor:
    """What was issued for a token that had been claimed before."""

    issued_at: datetime
    kid: str
    roles: tuple[str, ...]
    aal: str


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session about to be stored."""

    id: UUID
    account_id: UUID
    user_agent: str
    expires_at: datetime
    absolute_expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewToken:
    """A refresh token about to be stored, with what the access token beside it says."""

    token_hash: bytes
    session_id: UUID
    kid: str
    roles: tuple[str, ...]
    aal: str


async def insert_session(connection: Connection, session: NewSession, now: datetime) -> None:
    await connection.execute(
        _INSERT_SESSION,
        session=session.id,
        account=session.account_id,
        now=now,
        expires=session.expires_at,
        absolutely_expires=session.absolute_expires_at,
        device=session.user_agent,
    )


async def insert_token(connection: Connection, token: NewToken, now: datetime) -> None:
    await connection.execute(
        _INSERT_TOKEN,
        new_hash=token.token_hash,
        session=token.session_id,
        now=now,
        kid=token.kid,
        roles=list(token.roles),
        aal=token.aal,
    )


async def step_up(connection: Connection, session_id: UUID, now: datetime) -> None:
    """A second factor was shown."""
    await connection.execute(_STEP_UP, session=session_id, now=now)


async def stepped_up_at(connection: Connection, session_id: UUID) -> datetime | None:
    """When a second factor was shown last in the session."""
    at: datetime | None = await connection.fetch_value(_STEPPED_UP_AT, session=session_id)
    return at


async def claim_token(connection: Connection, presented: bytes, successor: bytes, now: datetime) -> Family | None:
    """Lock the token's session and claim the token if it is unused and the session open; None: no such token."""
    row = await connection.fetch_row(_CLAIM, presented_hash=presented, next_hash=successor, now=now)
    if row is None:
        return None
    return Family(row["id"], row["account_id"], row["absolute_expires_at"], row["is_claimed"])


async def find_unclaimed(connection: Connection, presented: bytes) -> tuple[PresentedToken, Successor | None]:
    """How a token that could not be claimed stands; needs the session's lock, taken by `claim_token`."""
    row = await connection.fetch_row(_UNCLAIMED, presented_hash=presented)
    assert row is not None  # noqa: S101 (narrowing: the family was locked, so its token is there)
    token = PresentedToken(row["used_at"], row["successor_used_at"], row["expires_at"], row["ended_at"])
    if row["successor_issued_at"] is None:
        return token, None
    return token, Successor(
        row["successor_issued_at"], row["access_kid"], tuple(row["access_roles"]), row["access_aal"]
    )


async def extend_session(connection: Connection, session_id: UUID, expires_at: datetime, now: datetime) -> None:
    await connection.execute(_EXTEND, session=session_id, expires=expires_at, now=now)


async def end_session(connection: Connection, session_id: UUID, reason: str, now: datetime) -> UUID | None:
    """End an open session; the account it belonged to, or None when it is unknown or had ended."""
    account_id: UUID | None = await connection.fetch_value(_END, session=session_id, reason=reason, now=now)
    return account_id


async def lock_credentials(connection: Connection, account_id: UUID, checked_hash: str) -> bool:
    """Whether the account is still active with the password hash that was checked; locks it until the commit."""
    row = await connection.fetch_row(_LOCK_CREDENTIALS, account=account_id, checked_hash=checked_hash)
    return row is not None


async def replace_hash(connection: Connection, account_id: UUID, new_hash: str, now: datetime) -> None:
    await connection.execute(_SET_HASH, account=account_id, new_hash=new_hash, now=now)


async def delete_finished(pool: Pool, before: datetime, now: datetime) -> None:
    """Delete sessions over since `before` with their tokens, and revocations that no token can need any more."""
    await pool.execute(_DELETE_FINISHED, before=before)
    await pool.execute(_DELETE_REVOCATIONS, now=now)
