"""The SQL with which roles are made, given and taken."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, delete, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.auth.accounts.tables import accounts
from services.auth.roles.rules import WantedGrant
from services.auth.roles.tables import custom_roles, role_grants
from shared.database.connection import Connection, Row
from shared.database.statements import compiled
from shared.identity.places import Resource, ResourceKind

_ACCOUNT = bindparam("account", type_=Uuid)
_ROLE = bindparam("wanted_role", type_=Text)
_COMMUNITY = bindparam("community", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_END = bindparam("expires", type_=DateTime(timezone=True))
# Any number that no other advisory lock in the territory's database uses: "role" in ASCII.
_LOCK = compiled(select(func.pg_advisory_xact_lock(0x726F6C65)))

_FIND_ACCOUNT = compiled(
    select(accounts.c.id, accounts.c.status).where(
        or_(accounts.c.username == bindparam("name", type_=Text), accounts.c.id == _ACCOUNT)
    )
)
_GRANT = compiled(
    insert(role_grants)
    .values(
        id=bindparam("new_id", type_=Uuid),
        account_id=_ACCOUNT,
        role=_ROLE,
        community_id=_COMMUNITY,
        resource_kind=bindparam("kind", type_=Text),
        expires_at=_END,
        granted_at=_NOW,
        granted_by=bindparam("giver", type_=Text),
    )
    .on_conflict_do_update(
        index_elements=["account_id", "role", "community_id"],
        set_={"expires_at": _END, "granted_at": _NOW, "granted_by": bindparam("giver", type_=Text)},
        where=role_grants.c.expires_at.is_distinct_from(_END),
    )
    .returning(role_grants.c.id)
)
_FIND_GRANT = compiled(
    select(role_grants.c.id).where(
        role_grants.c.account_id == _ACCOUNT,
        role_grants.c.role == _ROLE,
        role_grants.c.community_id.is_not_distinct_from(_COMMUNITY),
    )
)
_TAKEN = (
    role_grants.c.account_id,
    role_grants.c.role,
    role_grants.c.community_id,
    role_grants.c.expires_at,
    role_grants.c.resource_kind,
)
_REVOKE = compiled(delete(role_grants).where(role_grants.c.id == bindparam("grant", type_=Uuid)).returning(*_TAKEN))
_SWEEP = compiled(delete(role_grants).where(role_grants.c.expires_at <= _NOW).returning(*_TAKEN))
_LASTING_ADMINS = compiled(
    select(func.count())
    .select_from(role_grants.join(accounts, accounts.c.id == role_grants.c.account_id))
    .where(
        role_grants.c.role == "admin",
        role_grants.c.community_id.is_(None),
        role_grants.c.expires_at.is_(None),
        accounts.c.status == "active",
    )
)
_ROLE_ROW = compiled(select(custom_roles.c.id, custom_roles.c.permissions).where(custom_roles.c.name == _ROLE))
_NAMES = compiled(select(custom_roles.c.name).order_by(custom_roles.c.name))
_DEFINE = compiled(
    insert(custom_roles)
    .values(
        id=bindparam("new_id", type_=Uuid),
        name=_ROLE,
        description=bindparam("text", type_=Text),
        permissions=bindparam("allowed", type_=ARRAY(Text)),
        created_at=_NOW,
        updated_at=_NOW,
    )
    .on_conflict_do_update(
        index_elements=["name"],
        set_={
            "description": bindparam("text", type_=Text),
            "permissions": bindparam("allowed", type_=ARRAY(Text)),
            "updated_at": _NOW,
        },
    )
    .returning(custom_roles.c.id, literal_column("xmax = 0").label("is_new"))
)
_REMOVE = compiled(delete(custom_roles).where(custom_roles.c.name == _ROLE).returning(custom_roles.c.id))
_IS_GRANTED = compiled(select(role_grants.c.id).where(role_grants.c.role == _ROLE).limit(1))


async def lock_roles(connection: Connection) -> None:
    """Let one transaction at a time make, give or take roles, so that none decides on what another is changing."""
    await connection.execute(_LOCK)


async def find_account(connection: Connection, username: str | None, account_id: UUID | None) -> Row | None:
    """`id` and `status` of the account with this folded username, or with this id."""
    return await connection.fetch_row(_FIND_ACCOUNT, name=username, account=account_id)


async def put_grant(
    connection: Connection, new_id: UUID, wanted: WantedGrant, giver: str, now: datetime
) -> tuple[UUID, bool]:
    """Its id, and whether anything is different from before."""
    resource = wanted.resource
    place = resource.id if resource is not None else wanted.community_id
    which = {"account": wanted.account_id, "wanted_role": wanted.role, "community": place}
    kind = resource.kind if resource is not None else None
    changed: UUID | None = await connection.fetch_value(
        _GRANT, **which, kind=kind, new_id=new_id, expires=wanted.expires_at, giver=giver, now=now
    )
    if changed is not None:
        return changed, True
    found: UUID = await connection.fetch_value(_FIND_GRANT, **which)
    return found, False


async def find_grant(connection: Connection, account_id: UUID, role: str, place: UUID | None) -> UUID | None:
    """The id of what the account was given, in the territory, in a community or on a resource."""
    found: UUID | None = await connection.fetch_value(
        _FIND_GRANT, account=account_id, wanted_role=role, community=place
    )
    return found


async def delete_grant(connection: Connection, grant_id: UUID) -> WantedGrant | None:
    """What it was, None when there is none."""
    row = await connection.fetch_row(_REVOKE, grant=grant_id)
    return None if row is None else _taken(row)


async def delete_expired(connection: Connection, now: datetime) -> Sequence[WantedGrant]:
    """What was over."""
    return [_taken(row) for row in await connection.fetch(_SWEEP, now=now)]


async def count_lasting_admins(connection: Connection) -> int:
    """Active accounts that are admin of the whole territory for good."""
    count: int = await connection.fetch_value(_LASTING_ADMINS)
    return count


async def find_role(connection: Connection, name: str) -> frozenset[str] | None:
    """What a role of the territory's own allows."""
    row = await connection.fetch_row(_ROLE_ROW, wanted_role=name)
    return None if row is None else frozenset(row["permissions"])


async def role_names(connection: Connection) -> Sequence[str]:
    """The territory's own."""
    return [row["name"] for row in await connection.fetch(_NAMES)]


async def put_role(
    connection: Connection, new_id: UUID, name: str, text: str, permissions: Sequence[str], now: datetime
) -> tuple[UUID, bool]:
    """Its id, and whether there was none of that name."""
    row = await connection.fetch_row(
        _DEFINE, new_id=new_id, wanted_role=name, text=text, allowed=list(permissions), now=now
    )
    assert row is not None  # noqa: S101 (narrowing: it was inserted or updated)
    return row["id"], row["is_new"]


async def delete_role(connection: Connection, name: str) -> UUID | None:
    """The id that it had."""
    removed: UUID | None = await connection.fetch_value(_REMOVE, wanted_role=name)
    return removed


async def is_granted(connection: Connection, name: str) -> bool:
    return await connection.fetch_row(_IS_GRANTED, wanted_role=name) is not None


def _taken(row: Row) -> WantedGrant:
    account_id, role, place, expires_at = row["account_id"], row["role"], row["community_id"], row["expires_at"]
    if row["resource_kind"] is None:
        return WantedGrant(account_id, role, place, expires_at)
    return WantedGrant(account_id, role, None, expires_at, Resource(ResourceKind(row["resource_kind"]), place))
