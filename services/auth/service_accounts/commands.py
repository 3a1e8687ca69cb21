"""Opening and closing service accounts, and the access tokens of them."""

from uuid import UUID

from services.auth.access_tokens.commands import MadeToken, WantedToken, make_token, revoke_token, revoke_tokens
from services.auth.accounts.rules import folded_username
from services.auth.service_accounts import repository
from shared.errors import FieldError, Kind, ServiceError, not_found
from shared.events.catalogue.access import ServiceAccountClosed, ServiceAccountOpened
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import AccountId, new_id
from shared.identity.revocation import revoke_account


async def open_account(work: UnitOfWork, username: str, display_name: str) -> UUID:
    """Open an account of a program; what it may is granted as to everyone. Raises: conflict `username-taken`."""
    account_id = new_id()
    name = folded_username(username)
    if not await repository.insert_account(work.connection, account_id, name, display_name, work.now):
        fault = FieldError("/username", "username-taken", "Someone else has this username.")
        raise ServiceError(Kind.CONFLICT, "username-taken", "This username is taken.", errors=[fault])
    await work.append(f"account-{account_id}", "none", ServiceAccountOpened(account_id=account_id, username=name))
    return account_id


async def close_account(work: UnitOfWork, account_id: UUID) -> None:
    """Close it, and refuse its tokens. Raises: not_found `service-account-not-found`."""
    if not await repository.close_account(work.connection, account_id, work.now):
        raise not_found("service-account")
    await revoke_tokens(work, account_id)
    await revoke_account(work, account_id)
    await work.append(f"account-{account_id}", "any", ServiceAccountClosed(account_id=account_id))


async def make_service_token(work: UnitOfWork, maker: AccountId, wanted: WantedToken) -> MadeToken:
    """As `make_token`, for a service account. Raises: not_found `service-account-not-found`."""
    await _require_open(work, wanted.account_id)
    return await make_token(work, maker, wanted)


async def revoke_service_token(work: UnitOfWork, account_id: UUID, token_id: UUID) -> None:
    """As `revoke_token`, for a service account. Raises: not_found `service-account-not-found`."""
    await _require_open(work, account_id)
    await revoke_token(work, account_id, token_id)


async def _require_open(work: UnitOfWork, account_id: UUID) -> None:
    if not await repository.is_open(work.connection, account_id):
        raise not_found("service-account")
