"""Trying a code of an authenticator app or a recovery code."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.auth.second_factors import repository
from services.auth.second_factors.factor_seal import FactorSeal
from services.auth.second_factors.recovery_codes import new_codes
from services.auth.second_factors.repository import AppFactor
from services.auth.second_factors.rules import CodeFault, blocked_for, code_refusal, delay_after
from services.auth.second_factors.totp import DIGITS, matching_step
from shared.errors import ServiceError
from shared.events.catalogue.factors import RecoveryCodesMade, RecoveryCodeUsed, SecondFactorFailed
from shared.events.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class CodeOutcome:
    """What came of a code; `fault` is None when it was taken."""

    fault: CodeFault | None
    wait: timedelta = timedelta()


def outcome_refusal(outcome: CodeOutcome) -> ServiceError:
    """What who typed the code is told, when it was not taken."""
    return code_refusal(outcome.fault or CodeFault.WRONG, outcome.wait)


TAKEN = CodeOutcome(None)


async def keep_secret(work: UnitOfWork, seal: FactorSeal, account_id: UUID, secret: bytes) -> bool:
    """Keep the secret of an app that is to be confirmed; False when one is confirmed already."""
    return await repository.put_secret(work.connection, account_id, seal.seal(account_id, secret), work.now)


async def lock_factor(work: UnitOfWork, account_id: UUID) -> AppFactor:
    """The account's app; nobody else tries a code of the account until the commit."""
    return await repository.lock_factor(work.connection, account_id)


async def make_recovery_codes(work: UnitOfWork, seal: FactorSeal, account_id: UUID) -> tuple[str, ...]:
    """Ten new ones; those before are worth nothing."""
    codes = new_codes()
    hashes = [seal.recovery.of(str(account_id), code) for code in codes]
    await repository.replace_recovery_codes(work.connection, account_id, hashes)
    await work.append(f"account-{account_id}", "any", RecoveryCodesMade(account_id=account_id))
    return codes


async def forget_app(work: UnitOfWork, account_id: UUID) -> bool:
    """Remove the app and the recovery codes; whether there was a confirmed one."""
    await repository.lock_factor(work.connection, account_id)
    return await repository.remove_app(work.connection, account_id)


async def try_code(work: UnitOfWork, seal: FactorSeal, account_id: UUID, code: str | None) -> CodeOutcome:
    """Take a code, once; a refusal commits too, since it is counted and on record.

    `NONE_SET_UP` when no app is confirmed. Ordering: codes of one account are tried one after the other.
    """
    factor = await repository.lock_factor(work.connection, account_id)
    if not factor.is_confirmed:
        return CodeOutcome(CodeFault.NONE_SET_UP)
    if code is None:
        return CodeOutcome(CodeFault.MISSING)
    return await check_code(work, seal, account_id, factor, code)


async def check_code(work: UnitOfWork, seal: FactorSeal, account_id: UUID, factor: AppFactor, code: str) -> CodeOutcome:
    """As `try_code`, of an app that is locked already and may be about to be confirmed."""
    wait = blocked_for(factor.blocked_until, work.now)
    if wait:
        return CodeOutcome(CodeFault.BLOCKED, wait)
    if await _is_good(work, seal, account_id, factor, code):
        await repository.forgive_failures(work.connection, account_id)
        return TAKEN
    failures = factor.failures + 1
    await repository.note_failure(work.connection, account_id, failures, work.now + delay_after(failures))
    await work.append(f"account-{account_id}", "any", SecondFactorFailed(account_id=account_id))
    return CodeOutcome(CodeFault.WRONG)


async def _is_good(work: UnitOfWork, seal: FactorSeal, account_id: UUID, factor: AppFactor, code: str) -> bool:
    plain = code.replace(" ", "")
    if len(plain) == DIGITS and plain.isascii() and plain.isdigit() and factor.sealed_secret is not None:
        secret = seal.open(account_id, factor.sealed_secret)
        step = matching_step(secret, plain, work.now, factor.used_step)
        if step is not None:
            await repository.use_step(work.connection, account_id, step, work.now)
        return step is not None
    hashed = seal.recovery.of(str(account_id), code)
    if not await repository.use_recovery_code(work.connection, account_id, hashed, work.now):
        return False
    await work.append(f"account-{account_id}", "any", RecoveryCodeUsed(account_id=account_id))
    return True
