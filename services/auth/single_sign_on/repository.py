"""The SQL with which identities are linked, and flows kept for once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, Text, Uuid, bindparam, delete, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.auth.single_sign_on.rules import Identity
from services.auth.single_sign_on.tables import linked_identities, sign_on_flows
from shared.database.connection import Connection
from shared.database.statements import compiled

_NOW = bindparam("now", type_=DateTime(timezone=True))
_ACCOUNT = bindparam("account", type_=Uuid)
_ISSUER = bindparam("at_issuer", type_=Text)
_SUBJECT = bindparam("as_subject", type_=Text)
_PROVIDER = bindparam("at_provider", type_=Text)
_FLOW = bindparam("flow", type_=LargeBinary)

_BEGIN = compiled(
    insert(sign_on_flows).values(
        flow_hash=_FLOW,
        provider=_PROVIDER,
        account_id=_ACCOUNT,
        expires_at=bindparam("expires", type_=DateTime(timezone=True)),
    )
)
_FORGET_FLOWS = compiled(delete(sign_on_flows).where(sign_on_flows.c.expires_at < _NOW))
_TAKE = compiled(
    delete(sign_on_flows)
    .where(sign_on_flows.c.flow_hash == _FLOW, sign_on_flows.c.provider == _PROVIDER, sign_on_flows.c.expires_at > _NOW)
    .returning(sign_on_flows.c.account_id)
)
_LINK = compiled(
    upsert(linked_identities)
    .values(issuer=_ISSUER, subject=_SUBJECT, provider=_PROVIDER, account_id=_ACCOUNT, linked_at=_NOW, used_at=_NOW)
    .on_conflict_do_nothing()
)
_USE = compiled(
    update(linked_identities)
    .values(used_at=_NOW)
    .where(linked_identities.c.issuer == _ISSUER, linked_identities.c.subject == _SUBJECT)
)
_UNLINK = compiled(
    delete(linked_identities).where(
        linked_identities.c.account_id == _ACCOUNT, linked_identities.c.provider == _PROVIDER
    )
)


async def begin_flow(
    connection: Connection, hashed: bytes, provider: str, account_id: UUID | None, expires: datetime
) -> None:
    await connection.execute(_BEGIN, flow=hashed, at_provider=provider, account=account_id, expires=expires)


async def forget_flows(connection: Connection, now: datetime) -> None:
    await connection.execute(_FORGET_FLOWS, now=now)


async def take_flow(connection: Connection, hashed: bytes, provider: str, now: datetime) -> tuple[UUID | None] | None:
    """Whose flow it is, if anyone's in particular; None when there is none. It is gone then."""
    row = await connection.fetch_row(_TAKE, flow=hashed, at_provider=provider, now=now)
    return None if row is None else (row["account_id"],)


async def link(connection: Connection, identity: Identity, provider: str, account_id: UUID, now: datetime) -> bool:
    """Whether the identity was free."""
    linked = await connection.execute(
        _LINK,
        at_issuer=identity.issuer,
        as_subject=identity.subject,
        at_provider=provider,
        account=account_id,
        now=now,
    )
    return linked > 0


async def note_use(connection: Connection, identity: Identity, now: datetime) -> None:
    await connection.execute(_USE, at_issuer=identity.issuer, as_subject=identity.subject, now=now)


async def unlink(connection: Connection, account_id: UUID, provider: str) -> bool:
    """Whether anything was linked."""
    return await connection.execute(_UNLINK, account=account_id, at_provider=provider) > 0
