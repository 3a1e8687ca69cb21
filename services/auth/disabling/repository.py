"""The SQL with which accounts of people are shut and opened again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, or_, select, update

from services.auth.accounts.tables import accounts
from services.auth.sessions.tables import sessions
from shared.database.connection import Connection
from shared.database.statements import compiled

_ACCOUNT = bindparam("account", type_=Uuid)
# Programs have managers of their own; who was erased has no address, and stays away.
_is_persons = (accounts.c.id == _ACCOUNT, accounts.c.kind == "citizen", accounts.c.email != "")

# Whoever logs in meanwhile has the account locked: their session is begun before, and ends with the others, or not.
_LOCK = compiled(
    select(accounts.c.status)
    .where(*_is_persons, or_(accounts.c.status == "active", accounts.c.status == "disabled"))
    .with_for_update(key_share=True)
)
_SET = compiled(
    update(accounts)
    .values(status=bindparam("new_status", type_=Text), updated_at=bindparam("now", type_=DateTime(timezone=True)))
    .where(accounts.c.id == _ACCOUNT)
)
_ACTING = compiled(
    select(sessions.c.id)
    .where(sessions.c.impersonator_id == _ACCOUNT, sessions.c.ended_at.is_(None))
    .order_by(sessions.c.id)
)


async def lock_status(connection: Connection, account_id: UUID) -> str | None:
    """`active` or `disabled`; None for an account that is neither, or nobody's."""
    status: str | None = await connection.fetch_value(_LOCK, account=account_id)
    return status


async def set_status(connection: Connection, account_id: UUID, status: str, now: datetime) -> None:
    await connection.execute(_SET, account=account_id, new_status=status, now=now)


async def sessions_for_others(connection: Connection, account_id: UUID) -> Sequence[UUID]:
    """Open sessions in which the account's owner acts in the name of others."""
    return [row["id"] for row in await connection.fetch(_ACTING, account=account_id)]
