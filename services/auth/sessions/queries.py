"""Reading credentials, sessions and what a token answer shows of a citizen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Integer, LargeBinary, Text, Uuid, and_, bindparam, func, or_, select, tuple_

from services.auth.accounts.tables import accounts, owns_address
from services.auth.sessions.tables import refresh_tokens, sessions
from shared.database.connection import Connection
from shared.database.keyset import decode_cursor, encode_cursor
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.events.store import sealed_head
from shared.identifiers import Position
from shared.identity.views import published_role_grants

_ACCOUNT = bindparam("account", type_=Uuid)
_SESSION = bindparam("session", type_=Uuid)

_CREDENTIALS = compiled(
    select(accounts.c.id, accounts.c.password_hash, accounts.c.status).where(
        or_(
            accounts.c.username == bindparam("folded_name", type_=Text),
            # Whoever has not shown that an address is theirs does not log in by it.
            and_(
                accounts.c.email_folded == bindparam("folded_address", type_=Text),
                owns_address,
            ),
        )
    )
)
_USER = compiled(
    select(
        json_object(
            id=accounts.c.id,
            username=accounts.c.username,
            display_name=accounts.c.display_name,
            created_at=json_time(accounts.c.created_at),
            email=accounts.c.email,
        )
    ).where(accounts.c.id == _ACCOUNT)
)
_ROLES = compiled(
    select(published_role_grants.c.role)
    .where(published_role_grants.c.account_id == _ACCOUNT)
    .order_by(published_role_grants.c.role)
)
_SESSION_OF_TOKEN = compiled(
    select(refresh_tokens.c.session_id).where(
        refresh_tokens.c.token_hash == bindparam("presented_hash", type_=LargeBinary)
    )
)
_OPEN = compiled(
    select(sessions.c.id)
    .where(
        sessions.c.account_id == _ACCOUNT,
        sessions.c.ended_at.is_(None),
        sessions.c.id.is_distinct_from(bindparam("kept", type_=Uuid)),
    )
    .order_by(sessions.c.id)
)
_OWNED = compiled(select(sessions.c.id).where(sessions.c.id == _SESSION, sessions.c.account_id == _ACCOUNT))


_SESSIONS = (
    select(
        json_object(
            id=sessions.c.id,
            created_at=json_time(sessions.c.created_at),
            refreshed_at=json_time(sessions.c.refreshed_at),
            expires_at=json_time(sessions.c.expires_at),
            user_agent=sessions.c.user_agent,
            is_current=sessions.c.id == _SESSION,
            is_impersonation=sessions.c.impersonator_id.is_not(None),
        ).label("item"),
        sessions.c.id,
        json_time(sessions.c.created_at).label("created"),
        sealed_head.label("position"),
    )
    .where(sessions.c.account_id == _ACCOUNT, sessions.c.ended_at.is_(None), sessions.c.expires_at > func.now())
    .order_by(sessions.c.created_at.desc(), sessions.c.id.desc())  # index sessions_account_id_created_at
    .limit(bindparam("most", type_=Integer))
)
_FIRST_PAGE = compiled(_SESSIONS)
_NEXT_PAGE = compiled(
    _SESSIONS.where(
        tuple_(sessions.c.created_at, sessions.c.id)
        < tuple_(bindparam("after_time", type_=DateTime(timezone=True)), bindparam("after_id", type_=Uuid))
    )
)


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A page of sessions as JSON."""

    items: list[bytes]
    next_cursor: str | None
    position: Position | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login is checked against."""

    account_id: UUID
    password_hash: str
    status: str


async def find_credentials(pool: Pool, identifier: str) -> Credentials | None:
    """The credentials of a username or an e-mail address, as typed."""
    row = await pool.fetch_row(_CREDENTIALS, folded_name=identifier.lower(), folded_address=identifier.casefold())
    if row is None:
        return None
    return Credentials(row["id"], row["password_hash"], row["status"])


async def user_answer(connection: Connection, account_id: UUID) -> bytes:
    """The citizen as a token answer shows them, as JSON."""
    answer: bytes = await connection.fetch_value(_USER, account=account_id)
    return answer


async def roles_of(connection: Connection, account_id: UUID) -> tuple[str, ...]:
    """The roles an access token names, in alphabetical order."""
    return tuple(row["role"] for row in await connection.fetch(_ROLES, account=account_id))


async def find_session_of_token(connection: Connection, presented: bytes) -> UUID | None:
    """The session of a refresh token, used or not."""
    session_id: UUID | None = await connection.fetch_value(_SESSION_OF_TOKEN, presented_hash=presented)
    return session_id


async def is_session_of(connection: Connection, session_id: UUID, account_id: UUID) -> bool:
    """Whether the session, open or ended, is the account's."""
    return await connection.fetch_row(_OWNED, session=session_id, account=account_id) is not None


async def open_sessions(connection: Connection, account_id: UUID, kept: UUID | None) -> Sequence[UUID]:
    """Ids of the account's sessions that did not end yet, but for one."""
    return [row["id"] for row in await connection.fetch(_OPEN, account=account_id, kept=kept)]


async def list_sessions(pool: Pool, account_id: UUID, current: UUID, cursor: str | None, limit: int) -> SessionPage:
    """The account's open sessions, newest first; `current` is the one that asks. Raises: invalid `bad-cursor`."""
    wanted = {"account": account_id, "session": current, "most": limit + 1}
    if cursor is None:
        rows = await pool.fetch(_FIRST_PAGE, **wanted)
    else:
        after_time, after_id = _decoded(cursor)
        rows = await pool.fetch(_NEXT_PAGE, **wanted, after_time=after_time, after_id=after_id)
    shown = rows[:limit]
    last = shown[-1] if len(rows) > limit else None
    return SessionPage(
        [row["item"] for row in shown],
        None if last is None else encode_cursor(last["created"], str(last["id"])),
        rows[0]["position"] if rows else None,
    )


def _decoded(cursor: str) -> tuple[datetime, UUID]:
    created, session_id = decode_cursor(cursor, str, str)
    try:
        return datetime.fromisoformat(str(created)), UUID(str(session_id))
    except ValueError:
        raise ServiceError(Kind.INVALID, "bad-cursor", "The cursor was not given by this list.") from None
