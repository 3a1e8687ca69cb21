"""The SQL with which service accounts are opened and closed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from services.auth.accounts.tables import accounts
from shared.database.connection import Connection
from shared.database.statements import compiled

_ACCOUNT = bindparam("account", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))

_INSERT = compiled(
    insert(accounts)
    .values(
        id=_ACCOUNT,
        username=bindparam("name", type_=Text),
        email="",
        # Nobody's mailbox, and different from every other account's.
        email_folded=bindparam("name", type_=Text),
        display_name=bindparam("shown_name", type_=Text),
        # Nothing is its password.
        password_hash="",
        kind="service",
        created_at=_NOW,
        updated_at=_NOW,
    )
    .on_conflict_do_nothing()
    .returning(accounts.c.id)
)
_is_service = (accounts.c.id == _ACCOUNT, accounts.c.kind == "service", accounts.c.status == "active")
_CLOSE = compiled(
    update(accounts).values(status="disabled", updated_at=_NOW).where(*_is_service).returning(accounts.c.id)
)
_IS_OPEN = compiled(select(accounts.c.id).where(*_is_service))


async def insert_account(
    connection: Connection, account_id: UUID, username: str, display_name: str, now: datetime
) -> bool:
    """Whether the name was free."""
    row = await connection.fetch_row(_INSERT, account=account_id, name=username, shown_name=display_name, now=now)
    return row is not None


async def close_account(connection: Connection, account_id: UUID, now: datetime) -> bool:
    """Whether there was an open one."""
    return await connection.fetch_row(_CLOSE, account=account_id, now=now) is not None


async def is_open(connection: Connection, account_id: UUID) -> bool:
    """Whether there is an open one."""
    return await connection.fetch_row(_IS_OPEN, account=account_id) is not None
