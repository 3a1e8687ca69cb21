"""The SQL with which an account is opened."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from services.auth.accounts.tables import accounts
from shared.database.connection import Connection
from shared.database.statements import compiled

_NOW = bindparam("now", type_=DateTime(timezone=True))

_INSERT = compiled(
    insert(accounts)
    .values(
        id=bindparam("account", type_=Uuid),
        username=bindparam("name", type_=Text),
        email=bindparam("address", type_=Text),
        email_folded=bindparam("folded_address", type_=Text),
        display_name=bindparam("shown_name", type_=Text),
        password_hash=bindparam("hashed", type_=Text),
        created_at=_NOW,
        updated_at=_NOW,
    )
    .on_conflict_do_nothing()
    .returning(accounts.c.id)
)
_NAME_TAKEN = compiled(select(accounts.c.id).where(accounts.c.username == bindparam("name", type_=Text)))


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account about to be stored."""

    id: UUID
    username: str
    email: str
    email_folded: str
    display_name: str
    password_hash: str


async def insert_account(connection: Connection, account: NewAccount, now: datetime) -> bool:
    """Whether the username and the e-mail address were both free; waits for whoever is taking one right now."""
    row = await connection.fetch_row(
        _INSERT,
        account=account.id,
        name=account.username,
        address=account.email,
        folded_address=account.email_folded,
        shown_name=account.display_name,
        hashed=account.password_hash,
        now=now,
    )
    return row is not None


async def is_name_taken(connection: Connection, username: str) -> bool:
    return await connection.fetch_row(_NAME_TAKEN, name=username) is not None
