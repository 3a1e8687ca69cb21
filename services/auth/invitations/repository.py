"""The SQL with which invitations are made, used and revoked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Integer, LargeBinary, Text, Uuid, bindparam, insert, select, update

from services.auth.invitations.tables import invitation_uses, invitations
from shared.database.connection import Connection
from shared.database.statements import compiled

_NOW = bindparam("now", type_=DateTime(timezone=True))
_INVITATION = bindparam("invitation", type_=Uuid)
_ACCOUNT = bindparam("account", type_=Uuid)

_INSERT = compiled(
    insert(invitations).values(
        id=_INVITATION,
        token_hash=bindparam("hashed", type_=LargeBinary),
        created_by=_ACCOUNT,
        note=bindparam("noted", type_=Text),
        created_at=_NOW,
        expires_at=bindparam("expires", type_=DateTime(timezone=True)),
        max_uses=bindparam("most", type_=Integer),
    )
)
# Whoever comes at the same moment waits here, and sees how often it has been used then.
_USE = compiled(
    update(invitations)
    .values(uses=invitations.c.uses + 1)
    .where(
        invitations.c.token_hash == bindparam("hashed", type_=LargeBinary),
        invitations.c.uses < invitations.c.max_uses,
        invitations.c.expires_at > _NOW,
        invitations.c.revoked_at.is_(None),
    )
    .returning(invitations.c.id)
)
_NOTE_USE = compiled(insert(invitation_uses).values(account_id=_ACCOUNT, invitation_id=_INVITATION, used_at=_NOW))
_INVITED = compiled(select(invitation_uses.c.account_id).where(invitation_uses.c.account_id == _ACCOUNT))
_REVOKE = compiled(
    update(invitations)
    .values(revoked_at=_NOW)
    .where(invitations.c.id == _INVITATION, invitations.c.revoked_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation about to be stored."""

    id: UUID
    token_hash: bytes
    created_by: UUID
    note: str
    max_uses: int
    expires_at: datetime


async def insert_invitation(connection: Connection, new: NewInvitation, now: datetime) -> None:
    await connection.execute(
        _INSERT,
        invitation=new.id,
        hashed=new.token_hash,
        account=new.created_by,
        noted=new.note,
        now=now,
        expires=new.expires_at,
        most=new.max_uses,
    )


async def use_invitation(connection: Connection, hashed: bytes, now: datetime) -> UUID | None:
    """The invitation, one use of which is taken; None when there is none left."""
    invitation_id: UUID | None = await connection.fetch_value(_USE, hashed=hashed, now=now)
    return invitation_id


async def note_use(connection: Connection, invitation_id: UUID, account_id: UUID, now: datetime) -> None:
    await connection.execute(_NOTE_USE, account=account_id, invitation=invitation_id, now=now)


async def is_invited(connection: Connection, account_id: UUID) -> bool:
    return await connection.fetch_row(_INVITED, account=account_id) is not None


async def revoke_invitation(connection: Connection, invitation_id: UUID, now: datetime) -> bool:
    """Whether it was not revoked before."""
    return await connection.execute(_REVOKE, invitation=invitation_id, now=now) > 0
