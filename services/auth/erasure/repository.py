"""Blanking the account of an erased person."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, delete, select, update

from services.auth.accounts.tables import accounts
from services.auth.roles.tables import role_grants
from services.auth.sessions.tables import refresh_tokens, sessions
from shared.database.connection import Connection
from shared.database.statements import compiled

_ACCOUNT = bindparam("account", type_=Uuid)
_BLANK = compiled(
    update(accounts)
    .values(
        username=bindparam("new_name", type_=Text),
        email="",
        # Nobody's mailbox, and different from every other account's.
        email_folded=bindparam("new_name", type_=Text),
        display_name=bindparam("shown_name", type_=Text),
        password_hash="",
        status="disabled",
        updated_at=bindparam("now", type_=DateTime(timezone=True)),
    )
    .where(accounts.c.id == _ACCOUNT)
)
_theirs = select(sessions.c.id).where(sessions.c.account_id == _ACCOUNT)
_OPEN_SESSIONS = compiled(_theirs.where(sessions.c.ended_at.is_(None)).order_by(sessions.c.id))
_FORGET_DEVICES = compiled(update(sessions).values(user_agent="").where(sessions.c.account_id == _ACCOUNT))
_FORGET_TOKENS = compiled(delete(refresh_tokens).where(refresh_tokens.c.session_id.in_(_theirs)))
_FORGET_ROLES = compiled(delete(role_grants).where(role_grants.c.account_id == _ACCOUNT))


async def blank_account(
    connection: Connection, account_id: UUID, username: str, shown_name: str, now: datetime
) -> None:
    """Nobody can log in to it again."""
    await connection.execute(_BLANK, account=account_id, new_name=username, shown_name=shown_name, now=now)


async def open_sessions(connection: Connection, account_id: UUID) -> Sequence[UUID]:
    """Ids of the sessions that did not end yet."""
    return [row["id"] for row in await connection.fetch(_OPEN_SESSIONS, account=account_id)]


async def forget_access(connection: Connection, account_id: UUID) -> None:
    """Devices, refresh tokens and roles."""
    for statement in (_FORGET_DEVICES, _FORGET_TOKENS, _FORGET_ROLES):
        await connection.execute(statement, account=account_id)
