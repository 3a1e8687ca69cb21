"""Asking for letters, writing them, and using the tokens in them."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.auth.letters import repository
from services.auth.letters.mailbox import folded_email
from services.auth.letters.repository import QueuedLetter, Reader
from services.auth.letters.rules import MOST_AN_HOUR, PURPOSES, LetterKind, Purpose, UsedToken
from services.auth.letters.texts import Text, text_of
from services.auth.letters.tokens import new_token
from shared.errors import FieldError, Kind, ServiceError
from shared.events.catalogue.auth import PasswordResetRequested
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import new_id
from shared.identity.opaque_tokens import token_hash
from shared.messaging.subjects import LETTERS

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """Ready to be sent."""

    account_id: UUID
    address: str
    text: Text


async def ask_for_letter(
    work: UnitOfWork, kind: LetterKind, account_id: UUID | None = None, address: str | None = None
) -> None:
    """Have a letter sent after the commit; who reads it is looked up then, so that asking takes one time for all."""
    await repository.queue_letter(work.connection, new_id(), kind, account_id, address, work.now)
    work.hints.add(LETTERS)


async def write_letter(work: UnitOfWork, letter: QueuedLetter, page: str) -> WrittenLetter | None:
    """Look up who reads it and make its token; None when it is for nobody, or its mailbox has had enough."""
    found = await _addressed(work, letter)
    if found is None:
        return None
    kind, reader, address = found
    mailbox = folded_email(address)
    if await repository.count_sent(work.connection, mailbox, kind, work.now - _HOUR) >= MOST_AN_HOUR:
        return None
    purpose = PURPOSES.get(kind)
    token = "" if purpose is None else await _new_token(work, reader.account_id, purpose, address)
    if purpose is Purpose.RESET:
        event = PasswordResetRequested(account_id=reader.account_id)
        await work.append(f"account-{reader.account_id}", "any", event)
    text = text_of(kind, username=reader.username, place=work.territory.name, page=page, token=token)
    return WrittenLetter(reader.account_id, address, text)


async def use_token(work: UnitOfWork, token: str, *purposes: Purpose) -> UsedToken:
    """What a token from a letter stands for, once. Raises: invalid `letter-token-invalid`."""
    used = await repository.use_token(work.connection, token_hash(token), list(purposes), work.now)
    if used is None:
        raise token_invalid()
    return used


def token_invalid() -> ServiceError:
    """422: used, too old, or never given out."""
    fault = FieldError("/token", "letter-token-invalid", "It was used, is too old, or never was.")
    detail = "The link was used already, or is too old; ask for a new one."
    return ServiceError(Kind.INVALID, "letter-token-invalid", detail, errors=[fault])


async def void_tokens(work: UnitOfWork, account_id: UUID, *purposes: Purpose) -> None:
    """Letters sent before are good for nothing any more."""
    await repository.void_tokens(work.connection, account_id, list(purposes), work.now)


async def forget_letters(work: UnitOfWork, account_id: UUID) -> None:
    """Nothing is left of letters to the account, nor of what was in them."""
    await repository.forget_account(work.connection, account_id)


async def _addressed(work: UnitOfWork, letter: QueuedLetter) -> tuple[LetterKind, Reader, str] | None:
    """What the letter turns out to be, for whom, and to which address."""
    reader = await _reader_of(work, letter)
    if reader is None:
        return None
    if letter.kind not in (LetterKind.CONFIRM_ADDRESS, LetterKind.CHANGE_ADDRESS):
        return letter.kind, reader, letter.address or reader.email
    address = reader.email if letter.kind is LetterKind.CONFIRM_ADDRESS else letter.address or reader.email
    owner = await repository.find_owner(work.connection, folded_email(address))
    if owner is not None and owner.account_id != reader.account_id:
        # Whoever asked is told nothing; the owner is.
        return LetterKind.ADDRESS_TAKEN, owner, owner.email
    if letter.kind is LetterKind.CONFIRM_ADDRESS and reader.is_verified:
        return None
    return letter.kind, reader, address


async def _reader_of(work: UnitOfWork, letter: QueuedLetter) -> Reader | None:
    if letter.account_id is not None:
        return await repository.find_reader(work.connection, letter.account_id)
    mailbox = folded_email(letter.address or "")
    if letter.kind is LetterKind.CONFIRM_ADDRESS:
        return await repository.find_unverified(work.connection, mailbox)
    owner = await repository.find_owner(work.connection, mailbox)
    return owner if owner is not None and owner.status == "active" else None


async def _new_token(work: UnitOfWork, account_id: UUID, purpose: Purpose, address: str) -> str:
    """The newest is the only one that holds."""
    token = new_token()
    await repository.void_tokens(work.connection, account_id, [purpose], work.now)
    await repository.insert_token(
        work.connection, token_hash(token), account_id, purpose, address, work.now + purpose.lifetime
    )
    return token
