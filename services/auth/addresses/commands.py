"""Confirming an e-mail address, and changing it."""

from uuid import UUID

from services.auth.accounts.commands import admit_verified
from services.auth.addresses import repository
from services.auth.addresses.rules import HeldAddress
from services.auth.delays.commands import Try, note_success
from services.auth.letters.commands import ask_for_letter, token_invalid, use_token, void_tokens
from services.auth.letters.mailbox import folded_email
from services.auth.letters.rules import LetterKind, Purpose, UsedToken
from services.auth.sign_up.rules import Status, Terms
from shared.events.catalogue.auth import EmailChanged, EmailConfirmed
from shared.events.unit_of_work import UnitOfWork


async def ask_to_change_address(work: UnitOfWork, account_id: UUID, address: str, tried: Try) -> None:
    """Send a letter there; if it is somebody's already they get it, and who asks is not told."""
    await note_success(work, tried, account_id)
    await ask_for_letter(work, LetterKind.CHANGE_ADDRESS, account_id, address)


async def confirm_address(work: UnitOfWork, token: str, terms: Terms) -> Status:
    """Take an address for its owner's; how far the account has come by it.

    Raises: invalid `letter-token-invalid`; conflict `email-taken`, when somebody else has shown it before.
    """
    used = await use_token(work, token, Purpose.CONFIRM, Purpose.CHANGE)
    held = await repository.lock_address(work.connection, used.account_id)
    if held is None or held.is_closed:
        raise token_invalid()
    if used.purpose is Purpose.CHANGE:
        return await _change_address(work, used, held)
    if folded_email(used.address) != held.email_folded:
        raise token_invalid()
    await repository.verify_address(work.connection, used.account_id, work.now)
    event = EmailConfirmed(account_id=used.account_id, email=held.email)
    await work.append(f"account-{used.account_id}", "any", event)
    if held.status == Status.UNVERIFIED:
        return await admit_verified(work, used.account_id, terms)
    return Status(held.status)


async def _change_address(work: UnitOfWork, used: UsedToken, held: HeldAddress) -> Status:
    mailbox = folded_email(used.address)
    await repository.set_address(work.connection, used.account_id, used.address, mailbox, work.now)
    # Letters to the old address are not its owner's to use any more.
    await void_tokens(work, used.account_id, Purpose.CONFIRM, Purpose.RESET)
    await ask_for_letter(work, LetterKind.ADDRESS_CHANGED, used.account_id, held.email)
    event = EmailChanged(account_id=used.account_id, email=used.address)
    await work.append(f"account-{used.account_id}", "any", event)
    return Status(held.status)
