"""Opening an account."""

from dataclasses import dataclass

from services.auth.accounts import repository
from services.auth.accounts.rules import folded_email, folded_username, shown_name
from services.auth.sessions.commands import Issued, start_session
from shared.errors import FieldError, Kind, ServiceError
from shared.events.catalogue.auth import AccountRegistered
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Registration:
    """What a citizen gave to register; the password is hashed already."""

    username: str
    email: str
    display_name: str | None
    password_hash: str
    user_agent: str


async def register_account(work: UnitOfWork, registration: Registration, kid: str) -> Issued:
    """Open an account and log its owner in.

    Raises: conflict `username-taken`, conflict `email-taken`.
    """
    account = repository.NewAccount(
        id=new_id(),
        username=folded_username(registration.username),
        email=registration.email,
        email_folded=folded_email(registration.email),
        display_name=shown_name(registration.display_name, registration.username),
        password_hash=registration.password_hash,
    )
    if not await repository.insert_account(work.connection, account, work.now):
        raise await _taken(work, account)
    event = AccountRegistered(
        account_id=account.id, username=account.username, email=account.email, display_name=account.display_name
    )
    await work.append(f"account-{account.id}", "none", event)
    return await start_session(work, account.id, registration.user_agent, kid)


async def _taken(work: UnitOfWork, account: repository.NewAccount) -> ServiceError:
    if await repository.is_name_taken(work.connection, account.username):
        fault = FieldError("/username", "username-taken", "Someone else has this username.")
        return ServiceError(Kind.CONFLICT, "username-taken", "This username is taken.", errors=[fault])
    fault = FieldError("/email", "email-taken", "There is an account with this e-mail address.")
    return ServiceError(Kind.CONFLICT, "email-taken", "This e-mail address has an account.", errors=[fault])
