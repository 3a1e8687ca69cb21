"""Reading tools, and what a tool is told of a citizen."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, select

from services.auth.accounts.tables import accounts
from services.auth.identity_provider.rules import Client
from services.auth.identity_provider.tables import oidc_clients
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import compiled

_COLUMNS = (oidc_clients.c.id, oidc_clients.c.name, oidc_clients.c.secret_hash, oidc_clients.c.redirect_uris)
_FIND = compiled(select(*_COLUMNS).where(oidc_clients.c.id == bindparam("client", type_=Text)))
_LIST = compiled(select(*_COLUMNS).order_by(oidc_clients.c.name, oidc_clients.c.id))
_CITIZEN = compiled(
    select(accounts.c.username, accounts.c.display_name, accounts.c.email).where(
        accounts.c.id == bindparam("account", type_=Uuid)
    )
)


async def find_client(source: Pool | Connection, client_id: str) -> Client | None:
    """A tool by its id."""
    row = await source.fetch_row(_FIND, client=client_id)
    return None if row is None else Client(row["id"], row["name"], row["secret_hash"], row["redirect_uris"])


async def list_clients(pool: Pool) -> Sequence[Client]:
    """All tools, by name."""
    return [Client(row["id"], row["name"], row["secret_hash"], row["redirect_uris"]) for row in await pool.fetch(_LIST)]


async def citizen_claims(source: Pool | Connection, account_id: UUID, scopes: Collection[str]) -> dict[str, Any]:
    """What the scopes tell of a citizen (OpenID Connect Core §5.4)."""
    claims: dict[str, Any] = {"sub": str(account_id)}
    row = await source.fetch_row(_CITIZEN, account=account_id)
    if row is not None and "profile" in scopes:
        claims |= {"preferred_username": row["username"], "name": row["display_name"]}
    if row is not None and "email" in scopes:
        claims |= {"email": row["email"]}
    return claims
