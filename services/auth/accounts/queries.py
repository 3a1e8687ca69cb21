"""Reading one's own account."""

from dataclasses import dataclass

import orjson
from sqlalchemy import Uuid, bindparam, select

from services.auth.accounts.tables import accounts
from shared.clock import utc_now
from shared.database.pool import Pool
from shared.database.rows import json_time
from shared.database.statements import compiled
from shared.events.store import sealed_head
from shared.identifiers import Position
from shared.identity.decisions import permissions_in
from shared.identity.grants import grants_of
from shared.identity.places import Scope
from shared.identity.principal import Principal

_OWN = compiled(
    select(
        accounts.c.id,
        accounts.c.username,
        accounts.c.display_name,
        accounts.c.email,
        accounts.c.email_verified_at.is_not(None).label("is_email_verified"),
        json_time(accounts.c.created_at).label("created_at"),
        sealed_head.label("position"),
    ).where(accounts.c.id == bindparam("account", type_=Uuid))
)


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account's answer and the sealed position that it is at least as new as."""

    body: bytes
    position: Position


async def read_own_account(pool: Pool, principal: Principal) -> OwnAccount | None:
    """The account with its roles and what they allow now, and who acts in its name, as JSON."""
    row = await pool.fetch_row(_OWN, account=principal.account_id)
    if row is None:
        return None
    scope, now = Scope(principal.territory), utc_now()
    grants = await grants_of(pool, principal.territory, principal.account_id)
    body = {
        "id": str(row["id"]),
        "username": row["username"],
        "display_name": row["display_name"],
        "email": row["email"],
        "is_email_verified": row["is_email_verified"],
        "created_at": row["created_at"],
        "session_id": str(principal.session_id),
        "roles": sorted({grant.role for grant in grants if grant.scope == scope and grant.lasts(now)}),
        "permissions": sorted(permissions_in(grants, scope, now)),
        "impersonator_id": str(principal.impersonator) if principal.impersonator else None,
    }
    return OwnAccount(orjson.dumps(body), row["position"])
