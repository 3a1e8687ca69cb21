"""The SQL of challenges and passkeys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, DateTime, LargeBinary, Text, Uuid, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.auth.accounts.tables import accounts
from services.auth.passkeys.ceremonies import Credential
from services.auth.passkeys.tables import passkey_challenges
from services.auth.second_factors.tables import passkeys
from shared.database.connection import Connection
from shared.database.statements import compiled

_ACCOUNT = bindparam("account", type_=Uuid)
_CREDENTIAL = bindparam("credential", type_=LargeBinary)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_COUNT = bindparam("uses", type_=BigInteger)
_BACKED_UP = bindparam("backed_up", type_=Boolean)

_FORGET = compiled(delete(passkey_challenges).where(passkey_challenges.c.expires_at < _NOW))
_GIVE = compiled(
    insert(passkey_challenges).values(
        id=bindparam("challenge_id", type_=Uuid),
        account_id=_ACCOUNT,
        challenge=bindparam("nonce", type_=LargeBinary),
        expires_at=bindparam("expires", type_=DateTime(timezone=True)),
    )
)
_TAKE = compiled(
    delete(passkey_challenges)
    .where(
        passkey_challenges.c.id == bindparam("challenge_id", type_=Uuid),
        passkey_challenges.c.account_id.is_not_distinct_from(_ACCOUNT),
        passkey_challenges.c.expires_at >= _NOW,
    )
    .returning(passkey_challenges.c.challenge)
)
_USERNAME = compiled(select(accounts.c.username).where(accounts.c.id == _ACCOUNT).with_for_update(key_share=True))
_KNOWN = compiled(select(passkeys.c.credential_id).where(passkeys.c.account_id == _ACCOUNT))
_ADD = compiled(
    upsert(passkeys)
    .values(
        id=bindparam("passkey", type_=Uuid),
        account_id=_ACCOUNT,
        credential_id=_CREDENTIAL,
        public_key=bindparam("key", type_=LargeBinary),
        sign_count=_COUNT,
        is_backed_up=_BACKED_UP,
        name=bindparam("label", type_=Text),
        created_at=_NOW,
    )
    .on_conflict_do_nothing()
    .returning(passkeys.c.id)
)
# Answers of one passkey are looked at one after the other, so that its counter is compared with the last; the account
# is locked so that who is shut out meanwhile stays out.
_FIND = compiled(
    select(passkeys.c.account_id, passkeys.c.public_key, passkeys.c.sign_count, passkeys.c.is_backed_up)
    .select_from(passkeys.join(accounts, accounts.c.id == passkeys.c.account_id))
    .where(passkeys.c.credential_id == _CREDENTIAL, accounts.c.status == "active")
    .with_for_update(of=[passkeys, accounts], key_share=True)
)
_USE = compiled(
    update(passkeys)
    .values(sign_count=_COUNT, is_backed_up=_BACKED_UP, last_used_at=_NOW)
    .where(passkeys.c.credential_id == _CREDENTIAL)
)
_REMOVE = compiled(
    delete(passkeys)
    .where(passkeys.c.account_id == _ACCOUNT, passkeys.c.id == bindparam("passkey", type_=Uuid))
    .returning(passkeys.c.id)
)


@dataclass(frozen=True, slots=True)
class OwnedPasskey:
    """A passkey and whose it is."""

    account_id: UUID
    credential: Credential


async def give_challenge(
    connection: Connection, challenge_id: UUID, account_id: UUID | None, nonce: bytes, times: tuple[datetime, datetime]
) -> None:
    """`times` are now and when it ends; those that ended are forgotten."""
    now, expires = times
    await connection.execute(_FORGET, now=now)
    await connection.execute(_GIVE, challenge_id=challenge_id, account=account_id, nonce=nonce, expires=expires)


async def take_challenge(
    connection: Connection, challenge_id: UUID, account_id: UUID | None, now: datetime
) -> bytes | None:
    """The challenge, which is gone then; None when there is none for this account."""
    nonce: bytes | None = await connection.fetch_value(_TAKE, challenge_id=challenge_id, account=account_id, now=now)
    return nonce


async def lock_username(connection: Connection, account_id: UUID) -> str:
    """The account's name; nobody else adds a passkey to it until the commit."""
    username: str | None = await connection.fetch_value(_USERNAME, account=account_id)
    return username or ""


async def known_credentials(connection: Connection, account_id: UUID) -> Sequence[bytes]:
    """Ids of the account's passkeys."""
    return [row["credential_id"] for row in await connection.fetch(_KNOWN, account=account_id)]


async def add_passkey(connection: Connection, passkey_id: UUID, owned: OwnedPasskey, name: str, now: datetime) -> bool:
    """Whether nobody has registered it before."""
    row = await connection.fetch_row(
        _ADD,
        passkey=passkey_id,
        account=owned.account_id,
        credential=owned.credential.id,
        key=owned.credential.public_key,
        uses=owned.credential.sign_count,
        backed_up=owned.credential.is_backed_up,
        label=name,
        now=now,
    )
    return row is not None


async def find_passkey(connection: Connection, credential_id: bytes) -> OwnedPasskey | None:
    """The passkey of an active account; locked."""
    row = await connection.fetch_row(_FIND, credential=credential_id)
    if row is None:
        return None
    credential = Credential(credential_id, row["public_key"], row["sign_count"], row["is_backed_up"])
    return OwnedPasskey(row["account_id"], credential)


async def use_passkey(connection: Connection, credential: Credential, now: datetime) -> None:
    await connection.execute(
        _USE, credential=credential.id, uses=credential.sign_count, backed_up=credential.is_backed_up, now=now
    )


async def remove_passkey(connection: Connection, account_id: UUID, passkey_id: UUID) -> bool:
    """Whether the account had it."""
    return await connection.fetch_row(_REMOVE, account=account_id, passkey=passkey_id) is not None
