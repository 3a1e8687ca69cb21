"""Opening an account, and letting its owner in."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.auth.accounts import repository
from services.auth.accounts.rules import folded_username, shown_name
from services.auth.delays.commands import remember_network
from services.auth.invitations.commands import claim_invitation, is_invited, note_use
from services.auth.letters.commands import ask_for_letter
from services.auth.letters.mailbox import folded_email
from services.auth.letters.rules import LetterKind
from services.auth.sessions.commands import Issued, start_session
from services.auth.sign_up.rules import Status, Terms, require_invited
from shared.clock import utc_now
from shared.database.pool import Pool
from shared.errors import FieldError, Kind, ServiceError
from shared.events.catalogue.auth import AccountRegistered, SignUpRequested
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import new_id

UNVERIFIED_KEPT = timedelta(days=7)
REFUSED_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Registration:
    """What a citizen gave to register; the password is hashed already, and empty where there is none."""

    username: str
    email: str
    display_name: str | None
    password_hash: str
    invitation: str | None
    application: str
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where somebody comes from, and the key that signs what they are given."""

    user_agent: str
    network: bytes | None
    kid: str


async def register_account(
    work: UnitOfWork, registration: Registration, terms: Terms, arrival: Arrival
) -> Issued | Status:
    """Open an account and log its owner in, or say what they have to wait for.

    Raises: conflict `username-taken`, `email-taken`; invalid `invitation-unknown`, `invitation-required`.
    """
    account_id, status = await open_account(work, registration, terms)
    if status is not Status.ACTIVE:
        return status
    await remember_network(work, account_id, arrival.network)
    return await start_session(work, account_id, arrival.user_agent, arrival.kid)


async def open_account(work: UnitOfWork, registration: Registration, terms: Terms) -> tuple[UUID, Status]:
    """Open an account, on the territory's terms.

    Where addresses must be verified, one that is somebody's already is not told of: its owner gets a letter.
    Raises: as `register_account`.
    """
    invitation = registration.invitation
    require_invited(terms.mode, is_invited=invitation is not None)
    invitation_id = None if invitation is None else await claim_invitation(work, invitation)
    status = terms.first_status(is_invited=invitation_id is not None, is_verified=registration.is_verified)
    account = _new_account(registration, status)
    if not await repository.insert_account(work.connection, account, work.now):
        raise await _taken(work, account)
    if invitation_id is not None:
        await note_use(work, invitation_id, account.id)
    if not registration.is_verified:
        await ask_for_letter(work, LetterKind.CONFIRM_ADDRESS, account.id)
    await put_on_record(work, account.id, status)
    return account.id, status


async def admit_verified(work: UnitOfWork, account_id: UUID, terms: Terms) -> Status:
    """Let in whoever has shown that the address is theirs, as far as the terms go.

    Raises: conflict `email-taken`, when somebody else has shown it before.
    """
    status = terms.verified_status(is_invited=await is_invited(work, account_id))
    await repository.set_status(work.connection, account_id, status, work.now)
    await put_on_record(work, account_id, status)
    return status


async def put_on_record(work: UnitOfWork, account_id: UUID, status: Status) -> None:
    """Leave the event of an account that has come so far."""
    stream = f"account-{account_id}"
    if status is not Status.ACTIVE:
        waits_for = "approval" if status is Status.PENDING else "email-verification"
        await work.append(stream, "any", SignUpRequested(account_id=account_id, waits_for=waits_for))
        return
    account = await repository.read_account(work.connection, account_id)
    event = AccountRegistered(
        account_id=account_id,
        username=account.username,
        email=account.email,
        display_name=account.display_name,
    )
    await work.append(stream, "any", event)


async def forget_unadmitted(pool: Pool) -> None:
    """Delete accounts that were never opened: not verified within a week, or refused and told so."""
    now = utc_now()
    await repository.forget_unadmitted(pool, now - UNVERIFIED_KEPT, now - REFUSED_KEPT)


def _new_account(registration: Registration, status: Status) -> repository.NewAccount:
    return repository.NewAccount(
        id=new_id(),
        username=folded_username(registration.username),
        email=registration.email,
        email_folded=folded_email(registration.email),
        display_name=shown_name(registration.display_name, registration.username),
        password_hash=registration.password_hash,
        status=status,
        application=registration.application,
        is_verified=registration.is_verified,
    )


async def _taken(work: UnitOfWork, account: repository.NewAccount) -> ServiceError:
    if await repository.is_name_taken(work.connection, account.username):
        fault = FieldError("/username", "username-taken", "Someone else has this username.")
        return ServiceError(Kind.CONFLICT, "username-taken", "This username is taken.", errors=[fault])
    fault = FieldError("/email", "email-taken", "There is an account with this e-mail address.")
    return ServiceError(Kind.CONFLICT, "email-taken", "This e-mail address has an account.", errors=[fault])
