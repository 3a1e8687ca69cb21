"""Giving a citizen a role in the territory, and taking it back."""

from uuid import UUID

from services.auth.roles import repository
from services.auth.roles.rules import require_known_role
from shared.errors import not_found
from shared.events.catalogue.auth import RoleGranted, RoleRevoked
from shared.events.unit_of_work import UnitOfWork
from shared.identity.permissions import ROLES


async def grant_role(work: UnitOfWork, username: str, role: str) -> bool:
    """Give the role; False when the citizen has it already. It counts from the commit on.

    Raises: invalid `unknown-role`, not_found `account-not-found`.
    """
    account_id = await _account(work, username, role)
    is_new = await repository.insert_grant(work.connection, account_id, role, work.actor, work.now)
    if is_new:
        await work.append(f"account-{account_id}", "any", RoleGranted(account_id=account_id, role=role))
    return is_new


async def revoke_role(work: UnitOfWork, username: str, role: str) -> bool:
    """Take the role; False when the citizen does not have it. It counts from the commit on.

    Raises: invalid `unknown-role`, not_found `account-not-found`.
    """
    account_id = await _account(work, username, role)
    was_held = await repository.delete_grant(work.connection, account_id, role)
    if was_held:
        await work.append(f"account-{account_id}", "any", RoleRevoked(account_id=account_id, role=role))
    return was_held


async def _account(work: UnitOfWork, username: str, role: str) -> UUID:
    require_known_role(role, ROLES)
    account_id = await repository.find_account(work.connection, username.lower())
    if account_id is None:
        raise not_found("account")
    return account_id
