"""Reading what was granted to whom."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from shared.database.connection import Connection
from shared.database.loader import Loader
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.identifiers import AccountId
from shared.identity.decisions import Grant
from shared.identity.permissions import BUILT_IN_ROLES, known_permissions
from shared.identity.places import Resource, ResourceKind, Scope
from shared.identity.views import published_grants

_GRANTS_OF_MANY = compiled(
    select(
        published_grants.c.id,
        published_grants.c.account_id,
        published_grants.c.role,
        published_grants.c.permissions,
        published_grants.c.community_id,
        published_grants.c.expires_at,
        published_grants.c.resource_kind,
    )
    .where(published_grants.c.account_id == func.any(bindparam("account_ids", type_=ARRAY(Uuid))))
    .order_by(published_grants.c.role, published_grants.c.id)
)


async def grants_of(source: Connection | Pool, territory: str, account_id: AccountId) -> tuple[Grant, ...]:
    """Everything that was granted to an account, expired grants too, as long as nobody swept them."""
    rows = await source.fetch(_GRANTS_OF_MANY, account_ids=[account_id])
    return tuple(_grant(row, territory) for row in rows)


def grant_loader(pool: Pool, territory: str) -> Loader[AccountId, tuple[Grant, ...]]:
    """What was granted to accounts, one query for all who ask meanwhile."""

    async def load(account_ids: Sequence[AccountId]) -> Mapping[AccountId, tuple[Grant, ...]]:
        grants: dict[AccountId, tuple[Grant, ...]] = {}
        for row in await pool.fetch(_GRANTS_OF_MANY, account_ids=account_ids):
            grants[row["account_id"]] = (*grants.get(row["account_id"], ()), _grant(row, territory))
        return grants

    return Loader(load, ())


def _grant(row: Mapping[str, Any], territory: str) -> Grant:
    """A role that the territory made itself brings its permissions along."""
    own = row["permissions"]
    permissions = known_permissions(frozenset(own)) if own is not None else BUILT_IN_ROLES.get(row["role"], frozenset())
    return Grant(row["id"], row["role"], permissions, _scope(row, territory), row["expires_at"])


def _scope(row: Mapping[str, Any], territory: str) -> Scope:
    if row["resource_kind"] is None:
        return Scope(territory, row["community_id"])
    return Scope(territory, None, Resource(ResourceKind(row["resource_kind"]), row["community_id"]))
