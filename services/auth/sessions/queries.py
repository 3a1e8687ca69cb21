"""Reading credentials, sessions and what a token answer shows of a citizen."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import LargeBinary, Text, Uuid, bindparam, or_, select

from services.auth.accounts.tables import accounts
from services.auth.roles.tables import role_grants
from services.auth.sessions.tables import refresh_tokens, sessions
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled

_ACCOUNT = bindparam("account", type_=Uuid)
_SESSION = bindparam("session", type_=Uuid)

_CREDENTIALS = compiled(
    select(accounts.c.id, accounts.c.password_hash, accounts.c.status).where(
        or_(
            accounts.c.username == bindparam("folded_name", type_=Text),
            accounts.c.email_folded == bindparam("folded_address", type_=Text),
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
_ROLES = compiled(select(role_grants.c.role).where(role_grants.c.account_id == _ACCOUNT).order_by(role_grants.c.role))
_SESSION_OF_TOKEN = compiled(
    select(refresh_tokens.c.session_id).where(
        refresh_tokens.c.token_hash == bindparam("presented_hash", type_=LargeBinary)
    )
)
_OWNED = compiled(select(sessions.c.id).where(sessions.c.id == _SESSION, sessions.c.account_id == _ACCOUNT))


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login is checked against."""

    account_id: UUID
    password_hash: str
    is_active: bool


async def find_credentials(pool: Pool, identifier: str) -> Credentials | None:
    """The credentials of a username or an e-mail address, as typed."""
    row = await pool.fetch_row(_CREDENTIALS, folded_name=identifier.lower(), folded_address=identifier.casefold())
    if row is None:
        return None
    return Credentials(row["id"], row["password_hash"], row["status"] == "active")


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
