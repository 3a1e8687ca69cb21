"""The SQL with which an account is opened."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, and_, bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from services.auth.accounts.tables import accounts
from services.auth.sign_up.rules import Status
from shared.database.connection import Connection
from shared.database.errors import UniqueViolation
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError

_TIME = DateTime(timezone=True)
_NOW = bindparam("now", type_=_TIME)

_INSERT = compiled(
    insert(accounts)
    .values(
        id=bindparam("account", type_=Uuid),
        username=bindparam("name", type_=Text),
        email=bindparam("address", type_=Text),
        email_folded=bindparam("folded_address", type_=Text),
        display_name=bindparam("shown_name", type_=Text),
        password_hash=bindparam("hashed", type_=Text),
        status=bindparam("first_status", type_=Text),
        application=bindparam("applied_with", type_=Text),
        email_verified_at=bindparam("verified_at", type_=DateTime(timezone=True)),
        created_at=_NOW,
        updated_at=_NOW,
    )
    .on_conflict_do_nothing()
    .returning(accounts.c.id)
)
_SET_STATUS = compiled(
    update(accounts)
    .values(status=bindparam("new_status", type_=Text), updated_at=_NOW)
    .where(accounts.c.id == bindparam("account", type_=Uuid))
)
_READ = compiled(
    select(accounts.c.username, accounts.c.email, accounts.c.display_name).where(
        accounts.c.id == bindparam("account", type_=Uuid)
    )
)
_FORGET_UNADMITTED = compiled(
    delete(accounts).where(
        # index accounts_unadmitted
        or_(
            and_(
                accounts.c.status == "unverified", accounts.c.updated_at < bindparam("unverified_before", type_=_TIME)
            ),
            and_(accounts.c.status == "refused", accounts.c.updated_at < bindparam("refused_before", type_=_TIME)),
        )
    )
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
    status: Status
    application: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """What others are told of an account when it is opened."""

    username: str
    email: str
    display_name: str


async def insert_account(connection: Connection, account: NewAccount, now: datetime) -> bool:
    """Whether the username was free, and the e-mail address where it counts; waits for whoever is taking one now."""
    row = await connection.fetch_row(
        _INSERT,
        account=account.id,
        name=account.username,
        address=account.email,
        folded_address=account.email_folded,
        shown_name=account.display_name,
        hashed=account.password_hash,
        first_status=account.status,
        applied_with=account.application,
        verified_at=now if account.is_verified else None,
        now=now,
    )
    return row is not None


async def is_name_taken(connection: Connection, username: str) -> bool:
    return await connection.fetch_row(_NAME_TAKEN, name=username) is not None


async def set_status(connection: Connection, account_id: UUID, status: Status, now: datetime) -> None:
    """Raises: conflict `email-taken`, when another account has come to own the address."""
    try:
        await connection.execute(_SET_STATUS, account=account_id, new_status=status, now=now)
    except UniqueViolation:
        raise ServiceError(Kind.CONFLICT, "email-taken", "This e-mail address has an account.") from None


async def read_account(connection: Connection, account_id: UUID) -> StoredAccount:
    row = await connection.fetch_row(_READ, account=account_id)
    assert row is not None  # noqa: S101 (narrowing: the command has just written it)
    return StoredAccount(row["username"], row["email"], row["display_name"])


async def forget_unadmitted(pool: Pool, unverified_before: datetime, refused_before: datetime) -> None:
    """Delete accounts that nobody was ever let in to, so that their names are free."""
    await pool.execute(_FORGET_UNADMITTED, unverified_before=unverified_before, refused_before=refused_before)
