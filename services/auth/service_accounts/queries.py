"""Reading the service accounts of a territory."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, select

from services.auth.accounts.tables import accounts
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled

_OPEN = (accounts.c.kind == "service", accounts.c.status == "active")
_LIST = compiled(
    select(
        accounts.c.id,
        json_object(
            id=accounts.c.id,
            username=accounts.c.username,
            display_name=accounts.c.display_name,
            created_at=json_time(accounts.c.created_at),
        ).label("item"),
    )
    .where(*_OPEN, accounts.c.id > bindparam("after", type_=Uuid))
    .order_by(accounts.c.id)
    .limit(bindparam("most", type_=Integer))
)
_IS_OPEN = compiled(select(accounts.c.id).where(*_OPEN, accounts.c.id == bindparam("account", type_=Uuid)))


async def list_service_accounts(pool: Pool, after: UUID, most: int) -> Sequence[tuple[UUID, bytes]]:
    """Those that are open, as JSON, oldest first."""
    return [(row["id"], row["item"]) for row in await pool.fetch(_LIST, after=after, most=most)]


async def is_service_account(pool: Pool, account_id: UUID) -> bool:
    """Whether there is an open one of that id."""
    return await pool.fetch_row(_IS_OPEN, account=account_id) is not None
