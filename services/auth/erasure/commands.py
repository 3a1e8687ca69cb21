"""Closing the account of an erased person."""

from uuid import UUID

from services.auth.access_tokens.commands import revoke_tokens
from services.auth.erasure.repository import blank_account, forget_access
from services.auth.letters.commands import forget_letters
from services.auth.sessions.commands import end_other_sessions
from shared.events.erasure import DELETED_USER, deleted_username
from shared.events.unit_of_work import UnitOfWork
from shared.identity.revocation import revoke_account


async def close_account(work: UnitOfWork, person: UUID) -> None:
    """Disable the account, take its names and its password away, and end its sessions everywhere."""
    await blank_account(work.connection, person, deleted_username(person), DELETED_USER, work.now)
    await end_other_sessions(work, person, None, "erased")
    await revoke_tokens(work, person)
    await revoke_account(work, person)
    await forget_access(work.connection, person)
    await forget_letters(work, person)
