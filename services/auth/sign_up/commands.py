"""Changing the terms."""

from uuid import UUID

from services.auth.sign_up import repository
from services.auth.sign_up.queries import TermsReader
from services.auth.sign_up.rules import Mode, Terms
from shared.events.catalogue.auth import SignUpSwitched
from shared.events.unit_of_work import UnitOfWork

# A territory has one set of terms, and so one stream of their changes.
TERMS_STREAM = f"{SignUpSwitched.category}-{UUID(int=1)}"


async def switch_sign_up(
    work: UnitOfWork,
    reader: TermsReader,
    mode: Mode,
    takes_passwords: bool,  # noqa: FBT001 (execute passes by position)
) -> Terms:
    """Have these terms from the commit on; whoever signed up before keeps what they have."""
    before = await reader.read(work.connection)
    await repository.store_terms(work.connection, mode, work.now, takes_passwords=takes_passwords)
    await work.append(TERMS_STREAM, "any", SignUpSwitched(mode=mode, takes_passwords=takes_passwords))
    return Terms(mode, takes_passwords, before.requires_verification)
