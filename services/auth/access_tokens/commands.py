"""Making access tokens of programs, and revoking them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.auth.access_tokens import repository
from services.auth.access_tokens.rules import MOST_TOKENS, require_held_scopes, require_known_scopes, too_many
from shared.errors import not_found
from shared.events.catalogue.access import AccessTokenMade, AccessTokenRevoked
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import AccountId, new_id
from shared.identity.decisions import permissions_in
from shared.identity.grants import grants_of
from shared.identity.opaque_tokens import token_hash
from shared.identity.places import Scope
from shared.identity.revocation import revoke_session
from shared.identity.token_scopes import new_access_token

ENDING_CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class WantedToken:
    """A token to be made: for whom, what it is called, what it may be used for, and how long."""

    account_id: UUID
    name: str
    scopes: Sequence[str]
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A token as its owner sees it, once."""

    id: UUID
    token: str
    created_at: datetime
    expires_at: datetime


async def make_token(work: UnitOfWork, maker: AccountId, wanted: WantedToken) -> MadeToken:
    """Make a token for no more than its maker may; whether whose it is may is decided whenever it is used.

    Raises: invalid `unknown-scope`, forbidden `permission-not-held`, conflict `too-many-access-tokens`.
    """
    require_known_scopes(wanted.scopes)
    grants = await grants_of(work.connection, work.territory.code, maker)
    require_held_scopes(wanted.scopes, permissions_in(grants, Scope(work.territory.code), work.now))
    if await repository.count_open(work.connection, wanted.account_id, work.now) >= MOST_TOKENS:
        raise too_many()
    return await _store(work, wanted, sorted(set(wanted.scopes)))


async def issue_to_client(
    work: UnitOfWork, account_id: UUID, name: str, scopes: Sequence[str], lifetime: timedelta
) -> MadeToken:
    """A token of one of the pod's tools: not among those that the owner made, and for none of their scopes."""
    return await _store(work, WantedToken(account_id, name, scopes, lifetime), list(scopes), is_tools=True)


async def _store(work: UnitOfWork, wanted: WantedToken, scopes: Sequence[str], *, is_tools: bool = False) -> MadeToken:
    token = new_access_token(work.territory.code)
    new = repository.NewAccessToken(
        id=new_id(),
        account_id=wanted.account_id,
        name=wanted.name,
        token_hash=token_hash(token),
        ending=token[-ENDING_CHARACTERS:],
        scopes=scopes,
        expires_at=work.now + wanted.lifetime,
        is_tools=is_tools,
    )
    await repository.insert_token(work.connection, new, work.now)
    event = AccessTokenMade(
        token_id=new.id, account_id=wanted.account_id, scopes=tuple(scopes), expires_at=new.expires_at
    )
    await work.append(f"access_token-{new.id}", "none", event)
    return MadeToken(new.id, token, work.now, new.expires_at)


async def revoke_token(work: UnitOfWork, account_id: UUID, token_id: UUID) -> None:
    """Refuse a token everywhere. Raises: not_found `access-token-not-found`."""
    if not await repository.revoke_token(work.connection, account_id, token_id, work.now):
        raise not_found("access-token")
    await _note_revoked(work, account_id, token_id)


async def revoke_tokens(work: UnitOfWork, account_id: UUID) -> None:
    """Refuse all tokens of an account."""
    for token_id in await repository.revoke_all(work.connection, account_id, work.now):
        await _note_revoked(work, account_id, token_id)


async def _note_revoked(work: UnitOfWork, account_id: UUID, token_id: UUID) -> None:
    await revoke_session(work, token_id)
    event = AccessTokenRevoked(token_id=token_id, account_id=account_id)
    await work.append(f"access_token-{token_id}", "any", event)
