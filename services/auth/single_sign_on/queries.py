"""Reading who is linked to what."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, func, select

from services.auth.accounts.tables import accounts, owns_address
from services.auth.letters.mailbox import folded_email
from services.auth.single_sign_on.rules import Owner
from services.auth.single_sign_on.tables import linked_identities
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled

_ACCOUNT = bindparam("account", type_=Uuid)

_LINKED = compiled(
    select(accounts.c.id, accounts.c.status)
    .join(linked_identities, linked_identities.c.account_id == accounts.c.id)
    .where(
        linked_identities.c.issuer == bindparam("at_issuer", type_=Text),
        linked_identities.c.subject == bindparam("as_subject", type_=Text),
    )
    .with_for_update(of=accounts, key_share=True)
)
_OWNER = compiled(
    select(accounts.c.id, accounts.c.email_verified_at).where(
        accounts.c.email_folded == bindparam("mailbox", type_=Text), owns_address
    )
)
_OWN_LINKS = compiled(
    select(
        json_object(
            provider=linked_identities.c.provider,
            linked_at=json_time(linked_identities.c.linked_at),
            used_at=json_time(linked_identities.c.used_at),
        ).label("item")
    )
    .where(linked_identities.c.account_id == _ACCOUNT)
    .order_by(linked_identities.c.linked_at, linked_identities.c.issuer)
    .limit(100)
)
_WAYS_IN = compiled(
    select(
        (accounts.c.password_hash != "").label("has_password"),
        select(func.count())
        .select_from(linked_identities)
        .where(linked_identities.c.account_id == _ACCOUNT)
        .scalar_subquery()
        .label("links"),
    ).where(accounts.c.id == _ACCOUNT)
)
_NAME_IS_TAKEN = compiled(select(accounts.c.id).where(accounts.c.username == bindparam("name", type_=Text)))


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """The account that an identity opens, locked until the commit."""

    id: UUID
    status: str


@dataclass(frozen=True, slots=True)
class WaysIn:
    """By what an account is logged in to."""

    has_password: bool
    links: int


async def find_linked(connection: Connection, issuer: str, subject: str) -> LinkedAccount | None:
    """Locks the account, so that one that is disabled meanwhile is not opened."""
    row = await connection.fetch_row(_LINKED, at_issuer=issuer, as_subject=subject)
    return None if row is None else LinkedAccount(row["id"], row["status"])


async def find_owner(connection: Connection, email: str) -> Owner | None:
    """The account that owns an address."""
    row = await connection.fetch_row(_OWNER, mailbox=folded_email(email))
    return None if row is None else Owner(row["id"], row["email_verified_at"] is not None)


async def list_links(pool: Pool, account_id: UUID) -> list[bytes]:
    """The providers that are linked to an account, as JSON."""
    return [row["item"] for row in await pool.fetch(_OWN_LINKS, account=account_id)]


async def ways_into(connection: Connection, account_id: UUID) -> WaysIn:
    """By what one logs in to an account."""
    row = await connection.fetch_row(_WAYS_IN, account=account_id)
    return WaysIn(has_password=False, links=0) if row is None else WaysIn(row["has_password"], row["links"])


async def is_name_taken(connection: Connection, name: str) -> bool:
    """Whether somebody has this folded username."""
    return await connection.fetch_row(_NAME_IS_TAKEN, name=name) is not None
