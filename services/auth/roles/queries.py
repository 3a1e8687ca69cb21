"""Reading roles, and what was granted to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from sqlalchemy import Integer, Text, Uuid, bindparam, case, cast, func, or_, select

from services.auth.accounts.tables import accounts
from services.auth.roles.tables import custom_roles, role_grants
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.identity.permissions import known_permissions
from shared.identity.places import Resource, ResourceKind
from shared.read_models.communities import community_of_gathering, community_of_post

_ACCOUNT = bindparam("account", type_=Uuid)
_OWN_ROLES = compiled(
    select(custom_roles.c.name, custom_roles.c.description, custom_roles.c.permissions).order_by(custom_roles.c.name)
)
_GRANTS = compiled(
    select(
        role_grants.c.id,
        json_object(
            id=role_grants.c.id,
            account_id=role_grants.c.account_id,
            username=accounts.c.username,
            role=role_grants.c.role,
            community_id=case((role_grants.c.resource_kind.is_(None), role_grants.c.community_id)),
            resource=role_grants.c.resource_kind + ":" + cast(role_grants.c.community_id, Text),
            expires_at=json_time(role_grants.c.expires_at),
            granted_at=json_time(role_grants.c.granted_at),
            granted_by=role_grants.c.granted_by,
        ).label("item"),
    )
    .select_from(role_grants.join(accounts, accounts.c.id == role_grants.c.account_id))
    .where(
        role_grants.c.id > bindparam("after", type_=Uuid),
        or_(_ACCOUNT.is_(None), role_grants.c.account_id == _ACCOUNT),
    )
    .order_by(role_grants.c.id)
    .limit(bindparam("most", type_=Integer))
)
_EXPIRED = compiled(select(role_grants.c.id).where(role_grants.c.expires_at <= func.now()).limit(1))
_EXISTS = compiled(select(accounts.c.id).where(accounts.c.id == _ACCOUNT))


@dataclass(frozen=True, slots=True)
class OwnRole:
    """A role that the territory made itself."""

    name: str
    description: str
    permissions: Sequence[str]


async def list_own_roles(pool: Pool) -> Sequence[OwnRole]:
    """The roles that the territory made itself, by name."""
    rows = await pool.fetch(_OWN_ROLES)
    return [
        OwnRole(row["name"], row["description"], sorted(known_permissions(frozenset(row["permissions"]))))
        for row in rows
    ]


async def list_grants(pool: Pool, account_id: UUID | None, after: UUID, most: int) -> Sequence[tuple[UUID, bytes]]:
    """Grants of one account or of all, as JSON, by id."""
    rows = await pool.fetch(_GRANTS, account=account_id, after=after, most=most)
    return [(row["id"], row["item"]) for row in rows]


async def account_exists(pool: Pool, account_id: UUID) -> bool:
    """Whether there is an account of that id."""
    return await pool.fetch_row(_EXISTS, account=account_id) is not None


async def community_of(source: Connection | Pool, resource: Resource) -> UUID | None:
    """The community that a resource lies in, which nobody is asked for; None where there is no such resource."""
    match resource.kind:
        case ResourceKind.POST:
            return await community_of_post(source, resource.id)
        case ResourceKind.GATHERING:
            return await community_of_gathering(source, resource.id)
        case _:
            assert_never(resource.kind)


async def has_expired_grants(pool: Pool) -> bool:
    """Whether there is a grant that is over."""
    return await pool.fetch_row(_EXPIRED) is not None
