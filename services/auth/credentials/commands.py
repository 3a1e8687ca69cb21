"""Changing a password."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.auth.credentials import repository
from services.auth.delays.commands import Try, forgive_account, note_success, remember_network
from services.auth.delays.subjects import Subjects
from services.auth.letters.commands import ask_for_letter, token_invalid, use_token, void_tokens
from services.auth.letters.mailbox import folded_email
from services.auth.letters.rules import LetterKind, Purpose
from services.auth.sessions.commands import end_other_sessions
from services.auth.sessions.rules import password_wrong
from shared.events.catalogue.auth import PasswordChanged
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import SessionId


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """A password that was checked, and the hash of the one to come."""

    account_id: UUID
    session_id: SessionId
    checked_hash: str
    new_hash: str
    tried: Try


@dataclass(frozen=True, slots=True)
class PasswordReset:
    """A token from a letter, the hash of the password to come, and what is forgiven by it."""

    token: str
    new_hash: str
    forgiven: Sequence[Subjects]


async def change_password(work: UnitOfWork, change: PasswordChange) -> None:
    """Change the password and end every other session; who logs in with the old one meanwhile is among them.

    Raises: forbidden `password-wrong`, when it was changed since the check.
    """
    is_changed = await repository.exchange_hash(
        work.connection, change.account_id, change.checked_hash, change.new_hash, work.now
    )
    if not is_changed:
        raise password_wrong()
    await note_success(work, change.tried, change.account_id)
    await _password_changed(work, change.account_id, change.session_id, "change")


async def reset_password(work: UnitOfWork, reset: PasswordReset) -> None:
    """Set the password of whoever reads the account's mail, and end all sessions.

    Raises: invalid `letter-token-invalid`, also for an account that is not open.
    """
    used = await use_token(work, reset.token, Purpose.RESET)
    mailbox = folded_email(used.address)
    if not await repository.reset_hash(work.connection, used.account_id, reset.new_hash, mailbox, work.now):
        raise token_invalid()
    await forgive_account(work, reset.forgiven)
    await remember_network(work, used.account_id, reset.forgiven[0].network)
    await _password_changed(work, used.account_id, None, "reset")


async def _password_changed(work: UnitOfWork, account_id: UUID, kept: SessionId | None, way: str) -> None:
    await void_tokens(work, account_id, Purpose.RESET)
    await end_other_sessions(work, account_id, kept, "password-changed")
    await ask_for_letter(work, LetterKind.PASSWORD_CHANGED, account_id)
    await work.append(f"account-{account_id}", "any", PasswordChanged(account_id=account_id, way=way))
