"""Reading who waits to be let in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Integer, Uuid, bindparam, select, tuple_

from services.auth.accounts.tables import accounts
from shared.database.connection import Row
from shared.database.keyset import decode_cursor, encode_cursor
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError

_WAITING = (
    select(
        json_object(
            account_id=accounts.c.id,
            username=accounts.c.username,
            display_name=accounts.c.display_name,
            email=accounts.c.email,
            is_email_verified=accounts.c.email_verified_at.is_not(None),
            application=accounts.c.application,
            waiting_since=json_time(accounts.c.updated_at),
        ).label("item"),
        accounts.c.id,
        json_time(accounts.c.updated_at).label("at"),
    )
    .where(accounts.c.status == "pending")  # index accounts_unadmitted
    .order_by(accounts.c.updated_at, accounts.c.id)
    .limit(bindparam("most", type_=Integer))
)
_FIRST = compiled(_WAITING)
_NEXT = compiled(
    _WAITING.where(
        tuple_(accounts.c.updated_at, accounts.c.id)
        > tuple_(bindparam("after_time", type_=DateTime(timezone=True)), bindparam("after_id", type_=Uuid))
    )
)


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """A page of applications as JSON."""

    items: list[bytes]
    next_cursor: str | None


async def list_applications(pool: Pool, cursor: str | None, limit: int) -> ApplicationPage:
    """Who waits longest comes first. Raises: invalid `bad-cursor`."""
    if cursor is None:
        return _page(await pool.fetch(_FIRST, most=limit + 1), limit)
    at, identity = decode_cursor(cursor, str, str)
    try:
        after = {"after_time": datetime.fromisoformat(str(at)), "after_id": UUID(str(identity))}
    except ValueError:
        raise ServiceError(Kind.INVALID, "bad-cursor", "The cursor was not given by this list.") from None
    return _page(await pool.fetch(_NEXT, most=limit + 1, **after), limit)


def _page(rows: Sequence[Row], limit: int) -> ApplicationPage:
    shown = rows[:limit]
    last = shown[-1] if len(rows) > limit else None
    cursor = None if last is None else encode_cursor(last["at"], str(last["id"]))
    return ApplicationPage([row["item"] for row in shown], cursor)
