"""Giving a citizen a role, taking it back, and making roles of the territory's own."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.auth.roles import repository
from services.auth.roles.queries import community_of
from services.auth.roles.rules import (
    WantedGrant,
    last_admin,
    require_future,
    require_grantable,
    require_held,
    require_own_name,
    unknown_role,
)
from shared.errors import Kind, ServiceError, not_found
from shared.events.catalogue.access import RoleDefined, RoleGranted, RoleRemoved, RoleRevoked
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import AccountId, new_id
from shared.identity.grants import grants_of
from shared.identity.permissions import BUILT_IN_ROLES, Permission, known_permissions
from shared.identity.places import Resource, Scope
from shared.read_models.communities import community_exists


@dataclass(frozen=True, slots=True)
class Given:
    """A grant as it is now, and whether that is different from before."""

    id: UUID
    grant: WantedGrant
    is_new: bool


async def grant_role(
    work: UnitOfWork,
    username: str,
    role: str,
    *,
    expires_at: datetime | None = None,
    community_id: UUID | None = None,
    resource: Resource | None = None,
) -> bool:
    """As an operator: give the role; False when the citizen has it so already. It counts from the commit on.

    Raises: as `give_role`, but for what is about who gives.
    """
    permissions = await _permissions_of(work, role)
    account_id = await _account(work, username, None)
    wanted = WantedGrant(account_id, role, community_id, expires_at, resource)
    return (await _give(work, wanted, permissions)).is_new


async def revoke_role(work: UnitOfWork, username: str, role: str, *, place: UUID | None = None) -> bool:
    """As an operator: take the role; False when the citizen does not have it. It counts from the commit on.

    Raises: invalid `unknown-role`, not_found `account-not-found`, conflict `last-admin`.
    """
    await repository.lock_roles(work.connection)
    await _permissions_of(work, role)
    account_id = await _account(work, username, None)
    found = await repository.find_grant(work.connection, account_id, role, place)
    if found is not None:
        await _take(work, found)
    return found is not None


async def give_role(work: UnitOfWork, giver: AccountId, username: str | None, wanted: WantedGrant) -> Given:
    """Give a role that the giver could exercise in full there; the username counts where one is given.

    Raises: invalid `unknown-role`, `role-not-for-community`, `role-not-for-resource`, `expiry-past`; forbidden
    `permission-not-held`; not_found `account-not-found`, and of what the grant names.
    """
    await repository.lock_roles(work.connection)
    account_id = await _account(work, username, wanted.account_id)
    permissions = await _permissions_of(work, wanted.role)
    await _require_held(work, giver, permissions, await _scope_of(work, wanted))
    return await _give(work, replace(wanted, account_id=account_id), permissions)


async def take_role(work: UnitOfWork, taker: AccountId, grant_id: UUID) -> None:
    """Take back what who takes could have given.

    Raises: not_found `grant-not-found`, forbidden `permission-not-held`, conflict `last-admin`.
    """
    await repository.lock_roles(work.connection)
    taken = await _take(work, grant_id)
    permissions = await _permissions_of(work, taken.role, gone=True)
    await _require_held(work, taker, permissions, await _scope_of(work, taken))


async def end_expired_grants(work: UnitOfWork) -> None:
    """Remove the grants that are over; they have not counted since they were."""
    await repository.lock_roles(work.connection)
    for ended in await repository.delete_expired(work.connection, work.now):
        await _note_taken(work, ended)


async def define_role(
    work: UnitOfWork, maker: AccountId, name: str, text: str, permissions: Collection[Permission]
) -> bool:
    """Make a role or change it, of permissions that who makes it has; whether it is new.

    Raises: conflict `role-built-in`, forbidden `permission-not-held`.
    """
    require_own_name(name)
    await repository.lock_roles(work.connection)
    # Also what it allowed before: a role that is above one's own is not one's own to change.
    before = known_permissions(await repository.find_role(work.connection, name) or frozenset())
    await _require_held(work, maker, {*permissions, *before}, Scope(work.territory.code))
    names = tuple(sorted(permission.value for permission in permissions))
    role_id, is_new = await repository.put_role(work.connection, new_id(), name, text, names, work.now)
    await work.append(f"role-{role_id}", "any", RoleDefined(name=name, permissions=names))
    return is_new


async def remove_role(work: UnitOfWork, name: str) -> None:
    """Remove a role that nobody holds. Raises: not_found `role-not-found`, conflict `role-built-in`, `role-held`."""
    require_own_name(name)
    await repository.lock_roles(work.connection)
    if await repository.is_granted(work.connection, name):
        raise ServiceError(Kind.CONFLICT, "role-held", "Somebody holds this role; take it from them first.")
    removed = await repository.delete_role(work.connection, name)
    if removed is None:
        raise not_found("role")
    await work.append(f"role-{removed}", "any", RoleRemoved(name=name))


async def count_admins(work: UnitOfWork) -> int:
    """How many are admin for good; nobody gives or takes roles until the commit."""
    await repository.lock_roles(work.connection)
    return await repository.count_lasting_admins(work.connection)


async def require_admins_left(work: UnitOfWork, before: int) -> None:
    """Go on only if the last admin for good is not gone now. Raises: conflict `last-admin`."""
    if before > 0 and await repository.count_lasting_admins(work.connection) == 0:
        raise last_admin()


async def _give(work: UnitOfWork, wanted: WantedGrant, permissions: frozenset[Permission]) -> Given:
    require_future(wanted.expires_at, work.now)
    require_grantable(permissions, wanted)
    await _require_place(work, wanted)
    grant_id, is_new = await repository.put_grant(work.connection, new_id(), wanted, work.actor, work.now)
    if is_new:
        event = RoleGranted(
            account_id=wanted.account_id,
            role=wanted.role,
            community_id=wanted.community_id,
            expires_at=wanted.expires_at,
            resource=_text(wanted.resource),
        )
        await work.append(f"account-{wanted.account_id}", "any", event)
    return Given(grant_id, wanted, is_new)


async def _take(work: UnitOfWork, grant_id: UUID) -> WantedGrant:
    taken = await repository.delete_grant(work.connection, grant_id)
    if taken is None:
        raise not_found("grant")
    lasted = taken.role == "admin" and taken.is_everywhere and taken.expires_at is None
    if lasted and await repository.count_lasting_admins(work.connection) == 0:
        raise last_admin()
    await _note_taken(work, taken)
    return taken


async def _note_taken(work: UnitOfWork, taken: WantedGrant) -> None:
    event = RoleRevoked(
        account_id=taken.account_id, role=taken.role, community_id=taken.community_id, resource=_text(taken.resource)
    )
    await work.append(f"account-{taken.account_id}", "any", event)


def _text(resource: Resource | None) -> str | None:
    return str(resource) if resource is not None else None


async def _require_place(work: UnitOfWork, wanted: WantedGrant) -> None:
    """Raises: not_found, of what the grant names."""
    if wanted.community_id is not None and not await community_exists(work.connection, wanted.community_id):
        raise not_found("community")
    if wanted.resource is not None and await community_of(work.connection, wanted.resource) is None:
        raise not_found(wanted.resource.kind)


async def _scope_of(work: UnitOfWork, grant: WantedGrant) -> Scope:
    """Where it counts, with the community that a resource lies in: what is held there is held of it."""
    if grant.resource is None:
        return Scope(work.territory.code, grant.community_id)
    return Scope(work.territory.code, await community_of(work.connection, grant.resource), grant.resource)


async def _account(work: UnitOfWork, username: str | None, account_id: UUID | None) -> UUID:
    """By the username where there is one."""
    name = username.lower() if username is not None else None
    row = await repository.find_account(work.connection, name, None if name is not None else account_id)
    if row is None:
        raise not_found("account")
    found: UUID = row["id"]
    return found


async def _permissions_of(work: UnitOfWork, role: str, *, gone: bool = False) -> frozenset[Permission]:
    """What a role allows; a role that is `gone` allows nothing."""
    if role in BUILT_IN_ROLES:
        return BUILT_IN_ROLES[role]
    own = await repository.find_role(work.connection, role)
    if own is None and not gone:
        raise unknown_role({*BUILT_IN_ROLES, *await repository.role_names(work.connection)})
    return known_permissions(own or frozenset())


async def _require_held(work: UnitOfWork, who: AccountId, permissions: Collection[Permission], scope: Scope) -> None:
    own = await grants_of(work.connection, work.territory.code, who)
    require_held(own, permissions, scope, work.now)
