"""Reading invitations and their uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Integer, Uuid, bindparam, select, tuple_

from services.auth.accounts.tables import accounts
from services.auth.invitations.tables import invitation_uses, invitations
from shared.database.connection import Connection, Row
from shared.database.keyset import decode_cursor, encode_cursor
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError

_SHOWN = json_object(
    id=invitations.c.id,
    created_by=invitations.c.created_by,
    note=invitations.c.note,
    created_at=json_time(invitations.c.created_at),
    expires_at=json_time(invitations.c.expires_at),
    revoked_at=json_time(invitations.c.revoked_at),
    max_uses=invitations.c.max_uses,
    uses=invitations.c.uses,
).label("item")
_LIST = (
    select(_SHOWN, invitations.c.id, json_time(invitations.c.created_at).label("at"))
    .order_by(invitations.c.created_at.desc(), invitations.c.id.desc())  # index invitations_created_at
    .limit(bindparam("most", type_=Integer))
)
_AFTER = tuple_(bindparam("after_time", type_=DateTime(timezone=True)), bindparam("after_id", type_=Uuid))
_FIRST = compiled(_LIST)
_NEXT = compiled(_LIST.where(tuple_(invitations.c.created_at, invitations.c.id) < _AFTER))
_INVITATION = bindparam("invitation", type_=Uuid)
_EXISTS = compiled(select(invitations.c.id).where(invitations.c.id == _INVITATION))
_USES = (
    select(
        json_object(
            account_id=invitation_uses.c.account_id,
            username=accounts.c.username,
            used_at=json_time(invitation_uses.c.used_at),
        ).label("item"),
        invitation_uses.c.account_id.label("id"),
        json_time(invitation_uses.c.used_at).label("at"),
    )
    .join(accounts, accounts.c.id == invitation_uses.c.account_id)
    .where(invitation_uses.c.invitation_id == _INVITATION)
    .order_by(invitation_uses.c.used_at.desc(), invitation_uses.c.account_id.desc())
    .limit(bindparam("most", type_=Integer))
)
_FIRST_USES = compiled(_USES)
_NEXT_USES = compiled(_USES.where(tuple_(invitation_uses.c.used_at, invitation_uses.c.account_id) < _AFTER))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list as JSON."""

    items: list[bytes]
    next_cursor: str | None


async def is_invitation(source: Pool | Connection, invitation_id: UUID) -> bool:
    """Whether there is such an invitation, good or not."""
    return await source.fetch_row(_EXISTS, invitation=invitation_id) is not None


async def list_invitations(pool: Pool, cursor: str | None, limit: int) -> Page:
    """The newest first. Raises: invalid `bad-cursor`."""
    if cursor is None:
        return _page(await pool.fetch(_FIRST, most=limit + 1), limit)
    after_time, after_id = _decoded(cursor)
    return _page(await pool.fetch(_NEXT, most=limit + 1, after_time=after_time, after_id=after_id), limit)


async def list_uses(pool: Pool, invitation_id: UUID, cursor: str | None, limit: int) -> Page | None:
    """Who came by an invitation, the last first; None when there is none. Raises: invalid `bad-cursor`."""
    if not await is_invitation(pool, invitation_id):
        return None
    wanted = {"invitation": invitation_id, "most": limit + 1}
    if cursor is None:
        return _page(await pool.fetch(_FIRST_USES, **wanted), limit)
    after_time, after_id = _decoded(cursor)
    return _page(await pool.fetch(_NEXT_USES, **wanted, after_time=after_time, after_id=after_id), limit)


def _page(rows: Sequence[Row], limit: int) -> Page:
    shown = rows[:limit]
    last = shown[-1] if len(rows) > limit else None
    return Page([row["item"] for row in shown], None if last is None else encode_cursor(last["at"], str(last["id"])))


def _decoded(cursor: str) -> tuple[datetime, UUID]:
    at, identity = decode_cursor(cursor, str, str)
    try:
        return datetime.fromisoformat(str(at)), UUID(str(identity))
    except ValueError:
        raise ServiceError(Kind.INVALID, "bad-cursor", "The cursor was not given by this list.") from None
