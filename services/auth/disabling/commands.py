"""Shutting an account, and opening it again."""

from uuid import UUID

from services.auth.access_tokens.commands import revoke_tokens
from services.auth.disabling import repository
from services.auth.disabling.rules import require_not_above, require_other
from services.auth.impersonations.rules import require_reason
from services.auth.roles.commands import count_admins, require_admins_left
from services.auth.sessions.commands import end_other_sessions, end_session
from shared.errors import not_found
from shared.events.catalogue.auth import AccountDisabled, AccountEnabled
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import AccountId
from shared.identity.grants import grants_of
from shared.identity.places import Scope

ENDED_FOR = "disabled"


async def disable_account(work: UnitOfWork, manager: AccountId, account_id: UUID) -> None:
    """Let nobody in to it, and end its sessions and tokens everywhere; nothing when it is so already.

    Raises: invalid `reason-required`, not_found `account-not-found`, forbidden `own-account`, `account-above`,
    conflict `last-admin`.
    """
    require_reason(work.context.reason)
    require_other(account_id, manager)
    admins = await count_admins(work)
    status = await _require_person(work, account_id)
    code = work.territory.code
    own = await grants_of(work.connection, code, manager)
    theirs = await grants_of(work.connection, code, AccountId(account_id))
    require_not_above(own, theirs, Scope(code), work.now)
    if status == "disabled":
        return
    await repository.set_status(work.connection, account_id, "disabled", work.now)
    await require_admins_left(work, admins)
    await _end_everything(work, account_id)
    await work.append(f"account-{account_id}", "any", AccountDisabled(account_id=account_id))


async def enable_account(work: UnitOfWork, account_id: UUID) -> None:
    """Let its owner in again, by a login; what has ended stays so. Nothing when it is open.

    Raises: invalid `reason-required`, not_found `account-not-found`.
    """
    require_reason(work.context.reason)
    if await _require_person(work, account_id) == "active":
        return
    await repository.set_status(work.connection, account_id, "active", work.now)
    await work.append(f"account-{account_id}", "any", AccountEnabled(account_id=account_id))


async def _require_person(work: UnitOfWork, account_id: UUID) -> str:
    status = await repository.lock_status(work.connection, account_id)
    if status is None:
        raise not_found("account")
    return status


async def _end_everything(work: UnitOfWork, account_id: UUID) -> None:
    await end_other_sessions(work, account_id, None, ENDED_FOR)
    for session_id in await repository.sessions_for_others(work.connection, account_id):
        await end_session(work, session_id, ENDED_FOR)
    await revoke_tokens(work, account_id)
