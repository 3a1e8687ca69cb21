"""The SQL of sessions in which somebody acts in another's name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, insert, or_, select

from services.auth.accounts.tables import accounts
from services.auth.sessions.tables import sessions
from shared.database.connection import Connection, Row
from shared.database.statements import compiled

_NOW = bindparam("now", type_=DateTime(timezone=True))
_END = bindparam("expires", type_=DateTime(timezone=True))
_FIND = compiled(
    select(accounts.c.id, accounts.c.username, accounts.c.status, accounts.c.kind)
    .where(or_(accounts.c.username == bindparam("name", type_=Text), accounts.c.id == bindparam("account", type_=Uuid)))
    # Whoever is shut out meanwhile is nobody to act for.
    .with_for_update(key_share=True)
)
_INSERT = compiled(
    insert(sessions).values(
        id=bindparam("session", type_=Uuid),
        account_id=bindparam("account", type_=Uuid),
        impersonator_id=bindparam("impersonator", type_=Uuid),
        created_at=_NOW,
        refreshed_at=_NOW,
        expires_at=_END,
        absolute_expires_at=_END,
        user_agent="",
    )
)
_OWN = compiled(
    select(sessions.c.id).where(
        sessions.c.id == bindparam("session", type_=Uuid),
        sessions.c.impersonator_id == bindparam("impersonator", type_=Uuid),
        sessions.c.ended_at.is_(None),
    )
)


async def find_account(connection: Connection, username: str | None, account_id: UUID | None) -> Row | None:
    """`id`, `username`, `status` and `kind` of the account with this folded username, or with this id."""
    return await connection.fetch_row(_FIND, name=username, account=account_id)


async def insert_session(
    connection: Connection, session_id: UUID, account_id: UUID, impersonator: UUID, times: tuple[datetime, datetime]
) -> None:
    """`times` are when it begins and when it is over."""
    now, expires = times
    await connection.execute(
        _INSERT, session=session_id, account=account_id, impersonator=impersonator, now=now, expires=expires
    )


async def is_session_of(connection: Connection, session_id: UUID, impersonator: UUID) -> bool:
    """Whether the session is open, and who acts in it is this one."""
    return await connection.fetch_row(_OWN, session=session_id, impersonator=impersonator) is not None
