"""Reading one's own account."""

from dataclasses import dataclass

import orjson
from sqlalchemy import Uuid, bindparam, select

from services.auth.accounts.tables import accounts
from shared.database.pool import Pool
from shared.database.rows import json_time
from shared.database.statements import compiled
from shared.events.store import sealed_head
from shared.identifiers import AccountId, Position, SessionId
from shared.identity.permissions import permissions_of, roles_of

_OWN = compiled(
    select(
        accounts.c.id,
        accounts.c.username,
        accounts.c.display_name,
        accounts.c.email,
        json_time(accounts.c.created_at).label("created_at"),
        sealed_head.label("position"),
    ).where(accounts.c.id == bindparam("account", type_=Uuid))
)


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account's answer and the sealed position that it is at least as new as."""

    body: bytes
    position: Position


async def read_own_account(pool: Pool, account_id: AccountId, session_id: SessionId) -> OwnAccount | None:
    """The account with its roles and what they allow now, as JSON."""
    row = await pool.fetch_row(_OWN, account=account_id)
    if row is None:
        return None
    roles = await roles_of(pool, account_id)
    body = {
        "id": str(row["id"]),
        "username": row["username"],
        "display_name": row["display_name"],
        "email": row["email"],
        "created_at": row["created_at"],
        "session_id": str(session_id),
        "roles": roles,
        "permissions": sorted(permissions_of(roles)),
    }
    return OwnAccount(orjson.dumps(body), row["position"])
