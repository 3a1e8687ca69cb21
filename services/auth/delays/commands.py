"""Asking for a try at a password, and what follows when it was wrong or right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from uuid import UUID

from services.auth.delays import repository
from services.auth.delays.queries import find_record, is_new_place
from services.auth.delays.rules import KNOWN_FOR, OF_ACCOUNT, OF_NETWORK, Limit, turns_to_take, waiting_time
from services.auth.delays.subjects import Subjects
from services.auth.letters.commands import ask_for_letter
from services.auth.letters.rules import LetterKind
from shared.clock import utc_now
from shared.database.pool import Pool
from shared.errors import Kind, ServiceError
from shared.events.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Try:
    """One try that may be made, and for what it counts."""

    account_subject: bytes
    subjects: Subjects
    has_failures: bool
    """Whether the account had any that count, when the try began."""

    @property
    def limits(self) -> Mapping[bytes, Limit]:
        """By subject, in one order for all, so that two who fail at one moment do not wait for each other."""
        return dict(sorted(_limits(self.account_subject, self.subjects).items()))


async def begin_try(pool: Pool, subjects: Subjects, account_id: UUID | None) -> Try:
    """Go on only when neither the account nor the address has to wait. Writes nothing before the first delay.

    Raises: too_many `login-delayed`.
    """
    now = utc_now()
    wanted = [name for name in (subjects.identifier, subjects.network, subjects.place) if name is not None]
    record = await find_record(pool, wanted, account_id, subjects.network, now - KNOWN_FOR)
    subject = subjects.place if record.is_known and subjects.place else subjects.identifier
    tried = Try(subject, subjects, subject in record.standings)
    standings = {name: standing for name, standing in record.standings.items() if name in tried.limits}
    wait = waiting_time(standings, now)
    if wait > timedelta():
        raise _delayed(wait)
    for turn in turns_to_take(standings, tried.limits, now):
        if not await repository.take_turn(pool, turn, now):
            raise _delayed(turn.blocked_until - now)
    return tried


async def note_failure(work: UnitOfWork, tried: Try) -> None:
    """Count it for the account and for the address; from some number on each makes the next one wait longer."""
    for subject, limit in tried.limits.items():
        failures = await repository.add_failure(work.connection, subject, limit.forgotten_after, work.now)
        if delay := limit.delay(failures):
            await repository.block(work.connection, subject, work.now + delay)


async def note_success(work: UnitOfWork, tried: Try, account_id: UUID) -> None:
    """The account's failures are forgiven, the address's are not: it may own one account and try others."""
    await _forgive(work, tried)
    await remember_network(work, account_id, tried.subjects.network)


async def note_login(work: UnitOfWork, tried: Try, account_id: UUID) -> None:
    """As `note_success`, of a try that lets somebody in."""
    await _forgive(work, tried)
    await note_entry(work, account_id, tried.subjects.network)


async def note_entry(work: UnitOfWork, account_id: UUID, network: bytes | None) -> None:
    """Somebody has logged in from there: where that is new the owner gets a letter, unless it is the first time of all.

    Ordering: needs the account's lock, so that of two logins at one moment one is the first.
    """
    if network is not None and await is_new_place(work.connection, account_id, network, work.now - KNOWN_FOR):
        await ask_for_letter(work, LetterKind.NEW_PLACE, account_id)
    await remember_network(work, account_id, network)


async def remember_network(work: UnitOfWork, account_id: UUID, network: bytes | None) -> None:
    """The account's owner comes from there."""
    if network is not None:
        await repository.know_network(work.connection, account_id, network, work.now)


async def forgive_account(work: UnitOfWork, identifiers: Sequence[Subjects]) -> None:
    """Whoever holds the mailbox need not wait, whatever others have tried meanwhile."""
    names = [name for each in identifiers for name in (each.identifier, each.place) if name is not None]
    await repository.forgive(work.connection, names)


async def forget_old(pool: Pool) -> None:
    """Delete what no longer counts."""
    now = utc_now()
    await repository.forget(pool, now - OF_ACCOUNT.forgotten_after, now - KNOWN_FOR)


async def _forgive(work: UnitOfWork, tried: Try) -> None:
    """What failed while this try was under way was somebody else, and still counts."""
    if tried.has_failures:
        await repository.forgive(work.connection, [tried.account_subject])


def _limits(account_subject: bytes, subjects: Subjects) -> dict[bytes, Limit]:
    limits = {account_subject: OF_ACCOUNT}
    if subjects.network is not None:
        limits[subjects.network] = OF_NETWORK
    return limits


def _delayed(wait: timedelta) -> ServiceError:
    seconds = max(1, ceil(wait.total_seconds()))
    detail = "There were too many failed logins; wait before the next try, or reset the password by mail."
    return ServiceError(Kind.TOO_MANY, "login-delayed", detail, retry_after_seconds=seconds)
