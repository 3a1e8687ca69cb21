"""Letting somebody in who has asked for it, or not."""

from uuid import UUID

from services.auth.accounts.commands import put_on_record
from services.auth.applications import repository
from services.auth.letters.commands import ask_for_letter
from services.auth.letters.rules import LetterKind
from services.auth.sign_up.rules import Status
from shared.errors import not_found
from shared.events.catalogue.auth import SignUpApproved, SignUpRefused
from shared.events.unit_of_work import UnitOfWork


async def approve(work: UnitOfWork, account_id: UUID) -> None:
    """Open the account and tell its owner. Raises: not_found `application-not-found`."""
    if not await repository.decide(work.connection, account_id, Status.ACTIVE, work.now):
        raise not_found("application")
    await put_on_record(work, account_id, Status.ACTIVE)
    await ask_for_letter(work, LetterKind.SIGN_UP_APPROVED, account_id)
    await work.append(f"account-{account_id}", "any", SignUpApproved(account_id=account_id))


async def refuse(work: UnitOfWork, account_id: UUID) -> None:
    """Tell who asked; what they sent is deleted within two days. Raises: not_found `application-not-found`."""
    if not await repository.decide(work.connection, account_id, "refused", work.now):
        raise not_found("application")
    await ask_for_letter(work, LetterKind.SIGN_UP_REFUSED, account_id)
    await work.append(f"account-{account_id}", "any", SignUpRefused(account_id=account_id))
