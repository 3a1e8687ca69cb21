"""Roles, what each allows, and the decision: from the granted roles at the time of the call, never from a token."""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import bindparam, select

from shared.database.connection import Connection
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


def permissions_of(roles: Collection[str]) -> frozenset[Permission]:
    """All that these roles allow together."""
    return frozenset().union(*(PERMISSIONS.get(role, frozenset()) for role in roles))
