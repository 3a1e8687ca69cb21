"""The SQL with which access tokens are made and revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    DateTime,
    LargeBinary,
    Text,
    Uuid,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.auth.access_tokens.tables import access_tokens
from services.auth.accounts.tables import accounts
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.identity.access_tokens import access_token_uses

_ACCOUNT = bindparam("account", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))

_LOCK = compiled(select(accounts.c.id).where(accounts.c.id == _ACCOUNT).with_for_update(key_share=True))
_COUNT = compiled(
    select(func.count())
    .select_from(access_tokens)
    .where(
        access_tokens.c.account_id == _ACCOUNT,
        access_tokens.c.revoked_at.is_(None),
        access_tokens.c.expires_at > _NOW,
        access_tokens.c.is_tools.is_(False),
    )
)
_INSERT = compiled(
    insert(access_tokens).values(
        id=bindparam("token", type_=Uuid),
        account_id=_ACCOUNT,
        name=bindparam("label", type_=Text),
        token_hash=bindparam("hashed", type_=LargeBinary),
        ending=bindparam("last", type_=Text),
        scopes=bindparam("wanted", type_=ARRAY(Text)),
        created_at=_NOW,
        expires_at=bindparam("expires", type_=DateTime(timezone=True)),
        is_tools=bindparam("of_tool", type_=Boolean),
    )
)
_open = (
    update(access_tokens)
    .values(revoked_at=_NOW)
    .where(access_tokens.c.account_id == _ACCOUNT, access_tokens.c.revoked_at.is_(None))
)
_REVOKE = compiled(_open.where(access_tokens.c.id == bindparam("token", type_=Uuid)).returning(access_tokens.c.id))
_REVOKE_ALL = compiled(_open.returning(access_tokens.c.id))

_BEFORE = bindparam("before", type_=DateTime(timezone=True))
_FINISHED = compiled(
    delete(access_tokens).where(or_(access_tokens.c.expires_at < _BEFORE, access_tokens.c.revoked_at < _BEFORE))
)
_USES = compiled(
    delete(access_token_uses).where(
        access_token_uses.c.used_at < _BEFORE,
        ~exists().where(access_tokens.c.id == access_token_uses.c.token_id),
    )
)


@dataclass(frozen=True, slots=True)
class NewAccessToken:
    """A token about to be stored."""

    id: UUID
    account_id: UUID
    name: str
    token_hash: bytes
    ending: str
    scopes: Sequence[str]
    expires_at: datetime
    is_tools: bool = False


async def count_open(connection: Connection, account_id: UUID, now: datetime) -> int:
    """How many the account has; nobody else makes one for it until the commit."""
    await connection.execute(_LOCK, account=account_id)
    count: int = await connection.fetch_value(_COUNT, account=account_id, now=now)
    return count


async def insert_token(connection: Connection, new: NewAccessToken, now: datetime) -> None:
    await connection.execute(
        _INSERT,
        token=new.id,
        account=new.account_id,
        label=new.name,
        hashed=new.token_hash,
        last=new.ending,
        wanted=list(new.scopes),
        now=now,
        expires=new.expires_at,
        of_tool=new.is_tools,
    )


async def revoke_token(connection: Connection, account_id: UUID, token_id: UUID, now: datetime) -> bool:
    """Whether the account had it."""
    return await connection.fetch_row(_REVOKE, account=account_id, token=token_id, now=now) is not None


async def revoke_all(connection: Connection, account_id: UUID, now: datetime) -> Sequence[UUID]:
    """Ids of those that the account had."""
    return [row["id"] for row in await connection.fetch(_REVOKE_ALL, account=account_id, now=now)]


async def delete_finished(pool: Pool, before: datetime) -> None:
    """Delete tokens that are over since then, and when those that are gone were used."""
    await pool.execute(_FINISHED, before=before)
    await pool.execute(_USES, before=before)
