"""The SQL with which passwords are changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, case, func, update

from services.auth.accounts.tables import accounts
from shared.database.connection import Connection
from shared.database.statements import compiled

_ACCOUNT = bindparam("account", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_MAILBOX = bindparam("mailbox", type_=Text)

_SET_HASH = (
    update(accounts)
    .values(password_hash=bindparam("new_hash", type_=Text), updated_at=_NOW)
    .where(accounts.c.id == _ACCOUNT, accounts.c.status == "active")
)
_EXCHANGE_HASH = compiled(_SET_HASH.where(accounts.c.password_hash == bindparam("checked_hash", type_=Text)))
# Whoever has read a letter to the account's address has shown that it is theirs.
_RESET_HASH = compiled(
    _SET_HASH.values(
        email_verified_at=case(
            (accounts.c.email_folded == _MAILBOX, func.coalesce(accounts.c.email_verified_at, _NOW)),
            else_=accounts.c.email_verified_at,
        )
    )
)


async def exchange_hash(
    connection: Connection, account_id: UUID, checked_hash: str, new_hash: str, now: datetime
) -> bool:
    """Whether the checked hash was still the account's; then it is the new one."""
    changed = await connection.execute(
        _EXCHANGE_HASH, account=account_id, checked_hash=checked_hash, new_hash=new_hash, now=now
    )
    return changed > 0


async def reset_hash(connection: Connection, account_id: UUID, new_hash: str, mailbox: str, now: datetime) -> bool:
    """Whether the account is open; then the hash is the new one, and `mailbox` its owner's."""
    changed = await connection.execute(_RESET_HASH, account=account_id, new_hash=new_hash, mailbox=mailbox, now=now)
    return changed > 0
