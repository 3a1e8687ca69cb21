"""Beginning and ending to act in a citizen's name."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.auth.impersonations import repository
from services.auth.impersonations.rules import require_reason, require_without_roles
from services.auth.sessions.commands import end_session
from shared.errors import not_found
from shared.events.catalogue.access import ImpersonationStarted
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import AccountId, new_id
from shared.identity.grants import grants_of


@dataclass(frozen=True, slots=True)
class Impersonation:
    """A session in which somebody acts in another's name."""

    session_id: UUID
    account_id: UUID
    username: str


async def begin_impersonation(
    work: UnitOfWork, impersonator: AccountId, whom: tuple[str | None, UUID | None], lifetime: timedelta
) -> Impersonation:
    """`whom` is a username or an account's id. There is no refresh token: it ends by itself.

    Raises: invalid `reason-required`, not_found `account-not-found`, forbidden `impersonation-refused`.
    """
    require_reason(work.context.reason)
    username, account_id = whom
    name = username.lower() if username is not None else None
    row = await repository.find_account(work.connection, name, account_id)
    if row is None or row["status"] != "active":
        raise not_found("account")
    account = AccountId(row["id"])
    grants = await grants_of(work.connection, work.territory.code, account)
    require_without_roles(grants, is_service=row["kind"] == "service", is_self=account == impersonator)
    session_id = new_id()
    times = (work.now, work.now + lifetime)
    await repository.insert_session(work.connection, session_id, account, impersonator, times)
    event = ImpersonationStarted(session_id=session_id, account_id=account, impersonator_id=impersonator)
    await work.append(f"session-{session_id}", "none", event)
    return Impersonation(session_id, account, row["username"])


async def end_impersonation(work: UnitOfWork, impersonator: AccountId, session_id: UUID) -> None:
    """End it before its time. Raises: not_found `session-not-found`."""
    if not await repository.is_session_of(work.connection, session_id, impersonator):
        raise not_found("session")
    await end_session(work, session_id, "impersonation-ended")
