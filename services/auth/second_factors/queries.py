"""Reading the second factors of an account."""

from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import Uuid, bindparam, func, select

from services.auth.accounts.tables import accounts
from services.auth.second_factors.tables import passkeys, recovery_codes, totp_factors
from services.auth.sessions.tables import sessions
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled

_ACCOUNT = bindparam("account", type_=Uuid)
_CONFIRMED = compiled(
    select(json_time(totp_factors.c.confirmed_at)).where(
        totp_factors.c.account_id == _ACCOUNT, totp_factors.c.confirmed_at.is_not(None)
    )
)
_LEFT = compiled(
    select(func.count())
    .select_from(recovery_codes)
    .where(recovery_codes.c.account_id == _ACCOUNT, recovery_codes.c.used_at.is_(None))
)
_PASSKEYS = compiled(
    select(
        json_object(
            id=passkeys.c.id,
            name=passkeys.c.name,
            created_at=json_time(passkeys.c.created_at),
            last_used_at=json_time(passkeys.c.last_used_at),
            is_backed_up=passkeys.c.is_backed_up,
        ).label("item")
    )
    .where(passkeys.c.account_id == _ACCOUNT)
    .order_by(passkeys.c.created_at, passkeys.c.id)
)
_USERNAME = compiled(select(accounts.c.username).where(accounts.c.id == _ACCOUNT))
_BEGAN = compiled(select(sessions.c.created_at).where(sessions.c.id == bindparam("session", type_=Uuid)))


async def find_factors(pool: Pool, account_id: UUID) -> bytes:
    """As JSON: the app, how many recovery codes are left, the passkeys."""
    confirmed_at = await pool.fetch_value(_CONFIRMED, account=account_id)
    keys = [row["item"] for row in await pool.fetch(_PASSKEYS, account=account_id)]
    return orjson.dumps(
        {
            "totp": {"confirmed_at": confirmed_at} if confirmed_at is not None else None,
            "recovery_codes_left": await pool.fetch_value(_LEFT, account=account_id),
            "passkeys": [orjson.Fragment(key) for key in keys],
        }
    )


async def find_username(pool: Pool, account_id: UUID) -> str:
    """The account's name; empty when there is none any more."""
    name: str | None = await pool.fetch_value(_USERNAME, account=account_id)
    return name or ""


async def session_began_at(connection: Connection, session_id: UUID) -> datetime | None:
    """When a session began."""
    began_at: datetime | None = await connection.fetch_value(_BEGAN, session=session_id)
    return began_at
