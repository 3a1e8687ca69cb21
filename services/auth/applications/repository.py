"""The SQL with which an application is decided."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, update

from services.auth.accounts.tables import accounts
from shared.database.connection import Connection
from shared.database.statements import compiled

_DECIDE = compiled(
    update(accounts)
    .values(
        status=bindparam("decision", type_=Text),
        application="",
        updated_at=bindparam("now", type_=DateTime(timezone=True)),
    )
    .where(accounts.c.id == bindparam("account", type_=Uuid), accounts.c.status == "pending")
)


async def decide(connection: Connection, account_id: UUID, decision: str, now: datetime) -> bool:
    """Whether the account was waiting; of two who decide at one moment one does."""
    return await connection.execute(_DECIDE, account=account_id, decision=decision, now=now) > 0
