"""Both ends of a move: a file of accounts from one territory, and accounts from a file."""

import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from ops.accounts.exporting import account_lines, header_of, recovery_key
from ops.accounts.importing import Outcome, open_from_line
from ops.accounts.lines import LONGEST_LINE, AccountLine, Header
from ops.desks.desk import Desk, opened
from services.auth.second_factors.factor_seal import FactorSeal
from services.auth.settings import AuthSettings
from shared.events.catalogue.event import SensitiveRead
from shared.events.person_keys import PersonKeys
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import new_id

_OWNER_ONLY = 0o600


class UnreadableLine(Exception):
    """A line that is none of ours; its number is in the text, and nothing of it."""


@dataclass(slots=True)
class Imported:
    """What came of a file."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    taken: list[str] = field(default_factory=list)
    """Usernames of accounts that were left out."""
    without_recovery: bool = False


async def export_accounts(settings: AuthSettings, code: str, path: Path, reason: str | None) -> int:
    """Write every open account to a new file that its owner alone reads; how many there were. On record first.

    Raises: FileExistsError; ServiceError as `opened`, `second-factor-sealed`.
    """
    seal = FactorSeal(settings.jwt_secret)
    count = 0
    async with opened(settings, code, "unityplan-accounts") as desk:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(descriptor, "w") as file:
            await desk.run(_note_export, reason)
            file.write(header_of(desk.territory.code, seal).model_dump_json() + "\n")
            async for line in account_lines(desk.pool, seal):
                file.write(line.model_dump_json() + "\n")
                count += 1
    return count


async def import_accounts(settings: AuthSettings, code: str, path: Path, reason: str | None) -> Imported:
    """Open the accounts of a file, each in a transaction of its own; it can be run again.

    Raises: UnreadableLine, before anything is opened by it or by those after it; OSError; ServiceError as `opened`.
    """
    seal, done = FactorSeal(settings.jwt_secret), Imported()
    with path.open("rb") as file:
        header = _header(file.readline(LONGEST_LINE))
        done.without_recovery = header.recovery_key != recovery_key(seal)
        async with _opened_with_keys(settings, code) as desk:
            for line in _account_lines(file):
                command = partial(open_from_line, line=line, seal=seal, with_recovery=not done.without_recovery)
                outcome = await desk.run(command, reason)
                done.counts[outcome] += 1
                if outcome is Outcome.TAKEN:
                    done.taken.append(line.username)
    return done


@asynccontextmanager
async def _opened_with_keys(settings: AuthSettings, code: str) -> AsyncIterator[Desk]:
    async with opened(settings, code, "unityplan-accounts") as desk:
        keys = PersonKeys(settings.person_key_secret, desk.territory, settings.person_key_secret_previous)
        yield replace(desk, person_keys=keys)


async def _note_export(work: UnitOfWork) -> None:
    event = SensitiveRead(what="accounts-export", which={})
    await work.append(f"{event.category}-{new_id()}", "none", event)


def _header(raw: bytes) -> Header:
    try:
        return Header.model_validate_json(raw)
    except ValidationError:
        raise UnreadableLine("line 1 does not say that this is a file of accounts") from None


def _account_lines(file: Iterator[bytes]) -> Iterator[AccountLine]:
    for number, raw in enumerate(file, 2):
        try:
            yield AccountLine.model_validate_json(raw)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the line"
            raise UnreadableLine(f"line {number}: {where} is not of its form") from None
