"""The SQL of tools and of the codes that they exchange."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, Text, Uuid, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from services.auth.accounts.tables import accounts
from services.auth.identity_provider.tables import authorization_codes, oidc_clients
from services.auth.sessions.tables import sessions
from shared.database.connection import Connection
from shared.database.statements import compiled

_NOW = bindparam("now", type_=DateTime(timezone=True))
_CODE = bindparam("hashed", type_=LargeBinary)
_CLIENT = bindparam("client", type_=Text)
_TOKEN = bindparam("token", type_=Uuid)

_ADD = compiled(
    insert(oidc_clients).values(
        id=_CLIENT,
        name=bindparam("label", type_=Text),
        secret_hash=bindparam("secret", type_=LargeBinary),
        redirect_uris=bindparam("uris", type_=ARRAY(Text)),
        created_at=_NOW,
    )
)
_REMOVE = compiled(delete(oidc_clients).where(oidc_clients.c.id == _CLIENT).returning(oidc_clients.c.id))
_FORGET = compiled(
    delete(authorization_codes).where(
        authorization_codes.c.expires_at < bindparam("before", type_=DateTime(timezone=True))
    )
)
_PUT = compiled(
    insert(authorization_codes).values(
        code_hash=_CODE,
        client_id=_CLIENT,
        account_id=bindparam("account", type_=Uuid),
        session_id=bindparam("session", type_=Uuid),
        redirect_uri=bindparam("uri", type_=Text),
        scopes=bindparam("wanted", type_=ARRAY(Text)),
        nonce=bindparam("once", type_=Text),
        code_challenge=bindparam("challenge", type_=Text),
        aal=bindparam("level", type_=Text),
        created_at=_NOW,
        expires_at=bindparam("expires", type_=DateTime(timezone=True)),
    )
)
_LOCK = compiled(
    select(
        authorization_codes.c.client_id,
        authorization_codes.c.account_id,
        authorization_codes.c.session_id,
        authorization_codes.c.redirect_uri,
        authorization_codes.c.scopes,
        authorization_codes.c.nonce,
        authorization_codes.c.code_challenge,
        authorization_codes.c.aal,
        authorization_codes.c.created_at,
        authorization_codes.c.expires_at,
        authorization_codes.c.used_at,
        authorization_codes.c.token_id,
    )
    .where(authorization_codes.c.code_hash == _CODE)
    .with_for_update()
)
_USE = compiled(
    update(authorization_codes).values(used_at=_NOW, token_id=_TOKEN).where(authorization_codes.c.code_hash == _CODE)
)
_IS_OPEN = compiled(
    select(sessions.c.id)
    .select_from(sessions.join(accounts, accounts.c.id == sessions.c.account_id))
    .where(
        sessions.c.id == bindparam("session", type_=Uuid),
        sessions.c.ended_at.is_(None),
        accounts.c.status == "active",
    )
)


@dataclass(frozen=True, slots=True)
class Code:
    """A code and what it was given for."""

    client_id: str
    account_id: UUID
    session_id: UUID
    redirect_uri: str
    scopes: Sequence[str]
    nonce: str | None
    code_challenge: str
    aal: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    token_id: UUID | None = None


async def add_client(
    connection: Connection, client: tuple[str, str, bytes | None], redirect_uris: Sequence[str], now: datetime
) -> None:
    """`client` is its id, its name and the hash of its secret."""
    client_id, name, secret = client
    await connection.execute(_ADD, client=client_id, label=name, secret=secret, uris=list(redirect_uris), now=now)


async def remove_client(connection: Connection, client_id: str) -> bool:
    """Whether there was one."""
    return await connection.fetch_row(_REMOVE, client=client_id) is not None


async def put_code(connection: Connection, hashed: bytes, code: Code, forgotten_before: datetime) -> None:
    """Keep a code, and forget old ones."""
    await connection.execute(_FORGET, before=forgotten_before)
    await connection.execute(
        _PUT,
        hashed=hashed,
        client=code.client_id,
        account=code.account_id,
        session=code.session_id,
        uri=code.redirect_uri,
        wanted=list(code.scopes),
        once=code.nonce,
        challenge=code.code_challenge,
        level=code.aal,
        now=code.created_at,
        expires=code.expires_at,
    )


async def lock_code(connection: Connection, hashed: bytes) -> Code | None:
    """The code; nobody else exchanges it until the commit."""
    row = await connection.fetch_row(_LOCK, hashed=hashed)
    return None if row is None else Code(**dict(row.items()))


async def use_code(connection: Connection, hashed: bytes, token_id: UUID, now: datetime) -> None:
    await connection.execute(_USE, hashed=hashed, token=token_id, now=now)


async def is_open(connection: Connection, session_id: UUID) -> bool:
    """Whether the session is open and its account active."""
    return await connection.fetch_row(_IS_OPEN, session=session_id) is not None
