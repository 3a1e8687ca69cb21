"""The SQL with which addresses are confirmed and changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, func, select, update

from services.auth.accounts.tables import accounts
from services.auth.addresses.rules import HeldAddress
from shared.database.connection import Connection
from shared.database.errors import UniqueViolation
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError

_ACCOUNT = bindparam("account", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_LOCK_ADDRESS = compiled(
    select(accounts.c.email, accounts.c.email_folded, accounts.c.status)
    .where(accounts.c.id == _ACCOUNT)
    .with_for_update(key_share=True)
)
_VERIFY = compiled(
    update(accounts)
    .values(email_verified_at=func.coalesce(accounts.c.email_verified_at, _NOW), updated_at=_NOW)
    .where(accounts.c.id == _ACCOUNT)
)
_SET_ADDRESS = compiled(
    update(accounts)
    .values(
        email=bindparam("new_address", type_=Text),
        email_folded=bindparam("mailbox", type_=Text),
        email_verified_at=_NOW,
        updated_at=_NOW,
    )
    .where(accounts.c.id == _ACCOUNT)
)


async def lock_address(connection: Connection, account_id: UUID) -> HeldAddress | None:
    """The account's address as it stands until the commit."""
    row = await connection.fetch_row(_LOCK_ADDRESS, account=account_id)
    return None if row is None else HeldAddress(row["email"], row["email_folded"], row["status"])


async def verify_address(connection: Connection, account_id: UUID, now: datetime) -> None:
    await connection.execute(_VERIFY, account=account_id, now=now)


async def set_address(connection: Connection, account_id: UUID, address: str, mailbox: str, now: datetime) -> None:
    """Raises: conflict `email-taken`."""
    try:
        await connection.execute(_SET_ADDRESS, account=account_id, new_address=address, mailbox=mailbox, now=now)
    except UniqueViolation:
        raise ServiceError(Kind.CONFLICT, "email-taken", "This e-mail address has an account.") from None
