"""Roles, what each allows, and the decision: from the granted roles at the time of the call, never from a token."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from shared.database.connection import Connection
from shared.database.loader import Loader
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.identifiers import AccountId
from shared.identity.views import published_role_grants


class Permission(StrEnum):
    """All there are."""

    APPEND_EVENTS = "events:append"
    READ_ALL_EVENTS = "events:read-all"
    OPERATE_EVENTS = "events:operate"
    ERASE_PERSONS = "persons:erase"
    READ_AUDIT = "audit:read"
    MODERATE = "content:moderate"
    GRANT_ROLES = "roles:grant"


PERMISSIONS: dict[str, frozenset[Permission]] = {
    "moderator": frozenset({Permission.MODERATE}),
    "auditor": frozenset({Permission.READ_ALL_EVENTS, Permission.READ_AUDIT}),
    "service": frozenset({Permission.APPEND_EVENTS}),
    "admin": frozenset(Permission),
}
"""What each role that can be granted allows; every account has the role `citizen`, which allows nothing more."""

ROLES = frozenset(PERMISSIONS)

_ROLES_OF = compiled(
    select(published_role_grants.c.role)
    .where(published_role_grants.c.account_id == bindparam("account_id"))
    .order_by(published_role_grants.c.role)
)


async def roles_of(source: Connection | Pool, account_id: AccountId) -> tuple[str, ...]:
    """The roles granted to an account now."""
    return tuple(row["role"] for row in await source.fetch(_ROLES_OF, account_id=account_id))


_ROLES_OF_MANY = compiled(
    select(published_role_grants.c.account_id, published_role_grants.c.role)
    .where(published_role_grants.c.account_id == func.any(bindparam("account_ids", type_=ARRAY(Uuid))))
    .order_by(published_role_grants.c.role)
)


def role_loader(pool: Pool) -> Loader[AccountId, tuple[str, ...]]:
    """The roles granted to accounts now, one query for all who ask meanwhile."""

    async def load(account_ids: Sequence[AccountId]) -> Mapping[AccountId, tuple[str, ...]]:
        roles: dict[AccountId, tuple[str, ...]] = {}
        for row in await pool.fetch(_ROLES_OF_MANY, account_ids=account_ids):
            roles[row["account_id"]] = (*roles.get(row["account_id"], ()), row["role"])
        return roles

    return Loader(load, ())


@cache
def permissions_of(roles: tuple[str, ...]) -> frozenset[Permission]:
    """All that these roles allow together."""
    return frozenset().union(*(PERMISSIONS.get(role, frozenset()) for role in roles))
