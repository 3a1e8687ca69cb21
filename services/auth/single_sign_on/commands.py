"""Beginning a login at a provider, and what comes of it here."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.auth.accounts.commands import Arrival, Registration, open_account
from services.auth.delays.commands import note_entry
from services.auth.letters.commands import ask_for_letter
from services.auth.letters.rules import LetterKind
from services.auth.sessions.commands import Issued, start_session
from services.auth.sign_up.rules import Status, Terms
from services.auth.single_sign_on import queries, repository
from services.auth.single_sign_on.flow import Flow
from services.auth.single_sign_on.provider import Provider
from services.auth.single_sign_on.queries import LinkedAccount
from services.auth.single_sign_on.rules import (
    Identity,
    Way,
    email_in_use,
    email_missing,
    flow_invalid,
    identity_in_use,
    last_way_in,
    sign_on_refused,
    way_of,
)
from shared.errors import not_found
from shared.events.catalogue.auth import IdentityLinked, IdentityUnlinked
from shared.events.unit_of_work import UnitOfWork

FLOW_LIFETIME = timedelta(minutes=10)
_TRIES_FOR_A_NAME = 5


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody adds who logs in at a provider for the first time."""

    username: str | None
    invitation: str | None
    application: str


async def begin_flow(work: UnitOfWork, flow: Flow, provider: str, account_id: UUID | None) -> None:
    """Keep that a login at a provider was begun here; with an account, to link what is there to it."""
    await repository.forget_flows(work.connection, work.now)
    await repository.begin_flow(work.connection, flow.hashed, provider, account_id, work.now + FLOW_LIFETIME)


async def take_flow(work: UnitOfWork, flow: Flow, provider: str, caller: UUID | None) -> UUID | None:
    """The account that wants a link, None for a login; a flow is good for once, and for who began it.

    Raises: invalid `sign-on-flow-invalid`.
    """
    found = await repository.take_flow(work.connection, flow.hashed, provider, work.now)
    if found is None or found[0] not in (None, caller):
        raise flow_invalid()
    return found[0]


async def sign_on(
    work: UnitOfWork, provider: Provider, identity: Identity, newcomer: Newcomer, entry: tuple[Terms, Arrival]
) -> Issued | Status:
    """Log in whoever the provider says it is, after opening an account if there is none.

    Raises: unauthenticated `sign-on-refused`; conflict `sign-on-email-taken`, and as `register_account`.
    """
    terms, arrival = entry
    linked = await queries.find_linked(work.connection, identity.issuer, identity.subject)
    if linked is None:
        linked = await _first_time(work, provider, identity, newcomer, terms)
    await repository.note_use(work.connection, identity, work.now)
    match linked.status:
        case Status.ACTIVE:
            await note_entry(work, linked.id, arrival.network)
            return await start_session(work, linked.id, arrival.user_agent, arrival.kid)
        case Status.PENDING | Status.UNVERIFIED:
            return Status(linked.status)
        case _:
            raise sign_on_refused()


async def link_identity(work: UnitOfWork, provider: Provider, identity: Identity, account_id: UUID) -> None:
    """Log in to this account there too, from now on. Raises: conflict `identity-taken`."""
    linked = await queries.find_linked(work.connection, identity.issuer, identity.subject)
    if linked is not None and linked.id == account_id:
        return
    await _link(work, provider, identity, account_id)


async def unlink_provider(work: UnitOfWork, account_id: UUID, provider: str) -> None:
    """Log in there no longer. Raises: not_found `link-not-found`, conflict `last-way-in`."""
    ways = await queries.ways_into(work.connection, account_id)
    if not await repository.unlink(work.connection, account_id, provider):
        raise not_found("link")
    if not ways.has_password and ways.links <= 1:
        raise last_way_in()
    await work.append(f"account-{account_id}", "any", IdentityUnlinked(account_id=account_id, provider=provider))


async def _first_time(
    work: UnitOfWork, provider: Provider, identity: Identity, newcomer: Newcomer, terms: Terms
) -> LinkedAccount:
    if identity.email is None:
        raise email_missing()
    owner = await queries.find_owner(work.connection, identity.email)
    way = way_of(identity, owner, links_verified_email=provider.links_verified_email)
    if way is Way.LINK and owner is not None:
        await _link(work, provider, identity, owner.account_id)
        linked = await queries.find_linked(work.connection, identity.issuer, identity.subject)
        assert linked is not None  # noqa: S101 (narrowing: it has just been linked)
        return linked
    # Where nobody is told whether an address is taken, its owner gets a letter, as when somebody registers.
    if way is Way.REFUSE and (identity.is_email_verified or not terms.requires_verification):
        raise email_in_use()
    registration = Registration(
        username=newcomer.username or await _free_name(work, identity.wanted_name),
        email=identity.email,
        display_name=identity.display_name,
        password_hash="",
        invitation=newcomer.invitation,
        application=newcomer.application,
        is_verified=identity.is_email_verified,
    )
    account_id, status = await open_account(work, registration, terms)
    await _link(work, provider, identity, account_id)
    return LinkedAccount(account_id, status)


async def _link(work: UnitOfWork, provider: Provider, identity: Identity, account_id: UUID) -> None:
    if not await repository.link(work.connection, identity, provider.id, account_id, work.now):
        raise identity_in_use()
    await ask_for_letter(work, LetterKind.PROVIDER_LINKED, account_id)
    await work.append(f"account-{account_id}", "any", IdentityLinked(account_id=account_id, provider=provider.id))


async def _free_name(work: UnitOfWork, wanted: str) -> str:
    """The wanted username, or that with a number that nobody has."""
    name = wanted
    for _ in range(_TRIES_FOR_A_NAME):
        if not await queries.is_name_taken(work.connection, name):
            return name
        name = f"{wanted}_{secrets.randbelow(100_000)}"
    return name
