"""Registering passkeys, removing them, and taking their answers."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.auth.accounts.commands import Arrival
from services.auth.delays.commands import note_entry
from services.auth.enrolment.commands import Who, note_added, note_removed, require_fresh
from services.auth.passkeys import repository
from services.auth.passkeys.ceremonies import Ceremonies, PasskeyRefused, credential_id_of
from services.auth.passkeys.repository import OwnedPasskey
from services.auth.passkeys.rules import (
    CHALLENGE_BYTES,
    CHALLENGE_LIFETIME,
    MOST_PASSKEYS,
    PasskeyFault,
    passkey_exists,
    too_many_passkeys,
)
from services.auth.sessions.commands import Issued, start_session, step_up_session
from shared.errors import not_found
from shared.events.catalogue.factors import SecondFactorFailed
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import new_id

FACTOR = "passkey"


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge, and what a page gives to the browser."""

    id: UUID
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PasskeyAnswer:
    """What a passkey answered to a challenge, as the browser has it, as JSON."""

    challenge_id: UUID
    credential: str


async def begin_registration(work: UnitOfWork, ceremonies: Ceremonies, who: Who, is_stepped_up: bool) -> Challenge:  # noqa: FBT001 (a fact)
    """Raises: unauthenticated `login-not-recent`, conflict `too-many-passkeys`."""
    await require_fresh(work, who, is_stepped_up)
    username = await repository.lock_username(work.connection, who.account_id)
    known = await repository.known_credentials(work.connection, who.account_id)
    if len(known) >= MOST_PASSKEYS:
        raise too_many_passkeys()
    challenge_id, nonce = await _give(work, who.account_id)
    return Challenge(challenge_id, ceremonies.registration_options(who.account_id, username, nonce, known))


async def register_passkey(
    work: UnitOfWork, ceremonies: Ceremonies, who: Who, answer: PasskeyAnswer, name: str
) -> UUID | PasskeyFault:
    """The new passkey's id; all other sessions end. Raises: conflict `passkey-exists`, `too-many-passkeys`."""
    await repository.lock_username(work.connection, who.account_id)
    nonce = await repository.take_challenge(work.connection, answer.challenge_id, who.account_id, work.now)
    if nonce is None:
        return PasskeyFault.CHALLENGE
    try:
        credential = ceremonies.registered(answer.credential, nonce)
    except PasskeyRefused:
        return PasskeyFault.REFUSED
    if len(await repository.known_credentials(work.connection, who.account_id)) >= MOST_PASSKEYS:
        raise too_many_passkeys()
    passkey_id = new_id()
    owned = OwnedPasskey(who.account_id, credential)
    if not await repository.add_passkey(work.connection, passkey_id, owned, name, work.now):
        raise passkey_exists()
    await note_added(work, who, FACTOR)
    return passkey_id


async def remove_passkey(work: UnitOfWork, who: Who, passkey_id: UUID) -> None:
    """Raises: not_found `passkey-not-found`."""
    if not await repository.remove_passkey(work.connection, who.account_id, passkey_id):
        raise not_found("passkey")
    await note_removed(work, who, FACTOR)


async def give_challenge(work: UnitOfWork, ceremonies: Ceremonies) -> Challenge:
    """A challenge that any passkey may answer, once."""
    challenge_id, nonce = await _give(work, None)
    return Challenge(challenge_id, ceremonies.request_options(nonce))


async def log_in_with_passkey(
    work: UnitOfWork, ceremonies: Ceremonies, answer: PasskeyAnswer, arrival: Arrival
) -> Issued | PasskeyFault:
    """Begin a session for whose passkey it is: it stands for both factors, since it verified its owner."""
    owner = await _take_answer(work, ceremonies, answer, None)
    if isinstance(owner, PasskeyFault):
        return owner
    await note_entry(work, owner, arrival.network)
    return await start_session(work, owner, arrival.user_agent, arrival.kid, FACTOR)


async def step_up_with_passkey(
    work: UnitOfWork, ceremonies: Ceremonies, who: Who, answer: PasskeyAnswer
) -> PasskeyFault | None:
    """Show a passkey of one's own."""
    owner = await _take_answer(work, ceremonies, answer, who.account_id)
    if isinstance(owner, PasskeyFault):
        return owner
    await step_up_session(work, who.session_id, who.account_id, FACTOR)
    return None


async def _give(work: UnitOfWork, account_id: UUID | None) -> tuple[UUID, bytes]:
    challenge_id, nonce = new_id(), secrets.token_bytes(CHALLENGE_BYTES)
    times = (work.now, work.now + CHALLENGE_LIFETIME)
    await repository.give_challenge(work.connection, challenge_id, account_id, nonce, times)
    return challenge_id, nonce


async def _take_answer(
    work: UnitOfWork, ceremonies: Ceremonies, answer: PasskeyAnswer, wanted: UUID | None
) -> UUID | PasskeyFault:
    """Whose passkey answered, which is the wanted account's; a refusal commits, and takes the challenge too."""
    nonce = await repository.take_challenge(work.connection, answer.challenge_id, None, work.now)
    if nonce is None:
        return PasskeyFault.CHALLENGE
    try:
        found = await repository.find_passkey(work.connection, credential_id_of(answer.credential))
        if found is None or wanted not in (None, found.account_id):
            return PasskeyFault.REFUSED
        used = ceremonies.answered(answer.credential, nonce, found.credential)
    except PasskeyRefused:
        return await _note_refused(work, answer)
    await repository.use_passkey(work.connection, used, work.now)
    return found.account_id


async def _note_refused(work: UnitOfWork, answer: PasskeyAnswer) -> PasskeyFault:
    """On record where the passkey is somebody's."""
    try:
        found = await repository.find_passkey(work.connection, credential_id_of(answer.credential))
    except PasskeyRefused:
        found = None
    if found is not None:
        event = SecondFactorFailed(account_id=found.account_id)
        await work.append(f"account-{found.account_id}", "any", event)
    return PasskeyFault.REFUSED
