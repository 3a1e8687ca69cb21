"""Setting up and removing an authenticator app, making recovery codes, and stepping up."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from services.auth.enrolment.rules import already_set_up, not_begun, require_recent
from services.auth.second_factors.commands import (
    CodeOutcome,
    check_code,
    forget_app,
    keep_secret,
    lock_factor,
    make_recovery_codes,
    try_code,
)
from services.auth.second_factors.factor_seal import FactorSeal
from services.auth.second_factors.queries import session_began_at
from services.auth.second_factors.totp import new_secret
from services.auth.sessions.commands import end_other_sessions, step_up_session
from shared.errors import not_found
from shared.events.catalogue.factors import SecondFactorAdded, SecondFactorRemoved
from shared.events.unit_of_work import UnitOfWork
from shared.identity.principal import Principal


@dataclass(frozen=True, slots=True)
class Who:
    """An account in one of its sessions."""

    account_id: UUID
    session_id: UUID

    @classmethod
    def of(cls, principal: Principal) -> Self:
        """Who calls."""
        return cls(principal.account_id, principal.session_id)


async def begin_app(work: UnitOfWork, seal: FactorSeal, who: Who, is_stepped_up: bool) -> bytes:  # noqa: FBT001 (a fact)
    """The secret of an app that its first code will confirm; another one replaces one that was not.

    Raises: conflict `second-factor-exists`, unauthenticated `login-not-recent`.
    """
    await require_fresh(work, who, is_stepped_up)
    secret = new_secret()
    if not await keep_secret(work, seal, who.account_id, secret):
        raise already_set_up()
    return secret


async def confirm_app(work: UnitOfWork, seal: FactorSeal, who: Who, code: str) -> tuple[str, ...] | CodeOutcome:
    """Ask for codes from now on: the recovery codes, shown this once. All other sessions end.

    Raises: conflict `second-factor-none`, `second-factor-exists`.
    """
    factor = await lock_factor(work, who.account_id)
    if factor.sealed_secret is None:
        raise not_begun()
    if factor.is_confirmed:
        raise already_set_up()
    outcome = await check_code(work, seal, who.account_id, factor, code)
    if outcome.fault is not None:
        return outcome
    await note_added(work, who, "totp")
    return await make_recovery_codes(work, seal, who.account_id)


async def note_added(work: UnitOfWork, who: Who, factor: str) -> None:
    """A factor was added: the sessions that were there before end, but the one that added it, which is stepped up."""
    await work.append(f"account-{who.account_id}", "any", SecondFactorAdded(account_id=who.account_id, factor=factor))
    await end_other_sessions(work, who.account_id, who.session_id, "factor-added")
    await step_up_session(work, who.session_id, who.account_id, factor)


async def renew_recovery_codes(work: UnitOfWork, seal: FactorSeal, account_id: UUID) -> tuple[str, ...]:
    """As `make_recovery_codes`, for who has an app. Raises: conflict `second-factor-none`."""
    factor = await lock_factor(work, account_id)
    if not factor.is_confirmed:
        raise not_begun()
    return await make_recovery_codes(work, seal, account_id)


async def remove_app(work: UnitOfWork, who: Who) -> None:
    """Ask for no codes any more; all other sessions end. Raises: not_found `second-factor-not-found`."""
    if not await forget_app(work, who.account_id):
        raise not_found("second-factor")
    await note_removed(work, who, "totp")


async def note_removed(work: UnitOfWork, who: Who, factor: str) -> None:
    """A factor was removed, by who had shown one."""
    event = SecondFactorRemoved(account_id=who.account_id, factor=factor)
    await work.append(f"account-{who.account_id}", "any", event)
    await end_other_sessions(work, who.account_id, who.session_id, "factor-removed")


async def step_up(work: UnitOfWork, seal: FactorSeal, who: Who, code: str) -> CodeOutcome:
    """Show a code: the session's tokens are `aal2` for a while."""
    outcome = await try_code(work, seal, who.account_id, code)
    if outcome.fault is None:
        await step_up_session(work, who.session_id, who.account_id, "totp")
    return outcome


async def require_fresh(work: UnitOfWork, who: Who, is_stepped_up: bool) -> None:  # noqa: FBT001 (a fact)
    """A first second factor is set up soon after a login, a further one after stepping up.

    Raises: unauthenticated `login-not-recent`, not_found `session-not-found`.
    """
    if is_stepped_up:
        return
    began_at = await session_began_at(work.connection, who.session_id)
    if began_at is None:
        raise not_found("session")
    require_recent(began_at, work.now)
