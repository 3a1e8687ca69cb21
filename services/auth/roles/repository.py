"""The SQL with which roles are given and taken."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from services.auth.accounts.tables import accounts
from services.auth.roles.tables import role_grants
from shared.database.connection import Connection
from shared.database.statements import compiled

_ACCOUNT = bindparam("account", type_=Uuid)
_ROLE = bindparam("wanted_role", type_=Text)

_FIND_ACCOUNT = compiled(select(accounts.c.id).where(accounts.c.username == bindparam("name", type_=Text)))
_GRANT = compiled(
    insert(role_grants)
    .values(
        account_id=_ACCOUNT,
        role=_ROLE,
        granted_at=bindparam("now", type_=DateTime(timezone=True)),
        granted_by=bindparam("giver", type_=Text),
    )
    .on_conflict_do_nothing()
)
_REVOKE = compiled(delete(role_grants).where(role_grants.c.account_id == _ACCOUNT, role_grants.c.role == _ROLE))


async def find_account(connection: Connection, username: str) -> UUID | None:
    """The account with this folded username."""
    account_id: UUID | None = await connection.fetch_value(_FIND_ACCOUNT, name=username)
    return account_id


async def insert_grant(connection: Connection, account_id: UUID, role: str, giver: str, now: datetime) -> bool:
    """Whether the account did not have the role before."""
    return await connection.execute(_GRANT, account=account_id, wanted_role=role, giver=giver, now=now) > 0


async def delete_grant(connection: Connection, account_id: UUID, role: str) -> bool:
    """Whether the account had the role."""
    return await connection.execute(_REVOKE, account=account_id, wanted_role=role) > 0
