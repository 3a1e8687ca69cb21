"""Beginning, renewing and ending sessions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.auth.delays.commands import Try, note_failure, note_login
from services.auth.second_factors.commands import CodeOutcome, try_code
from services.auth.second_factors.factor_seal import FactorSeal
from services.auth.second_factors.rules import CodeFault
from services.auth.sessions import queries, repository
from services.auth.sessions.refresh_tokens import first_token
from services.auth.sessions.rules import (
    ABSOLUTE_LIFETIME,
    WITH_RIGHT_PASSWORD,
    LoginFault,
    Refusal,
    assurance,
    judge_unclaimed,
    session_expiry,
)
from shared.errors import not_found
from shared.events.catalogue.auth import LoginFailed, SessionEnded, SessionStarted
from shared.events.catalogue.factors import SessionSteppedUp
from shared.events.unit_of_work import UnitOfWork
from shared.identifiers import new_id
from shared.identity.opaque_tokens import token_hash
from shared.identity.revocation import revoke_session


@dataclass(frozen=True, slots=True)
class Issued:
    """What an access and a refresh token are made from; the same facts make the same tokens, byte for byte."""

    user: bytes
    account_id: UUID
    session_id: UUID
    roles: tuple[str, ...]
    kid: str
    issued_at: datetime
    refresh_token: str
    aal: str


@dataclass(frozen=True, slots=True)
class CheckedLogin:
    """A login whose password was right; `new_hash` replaces the checked one when that was weaker."""

    account_id: UUID
    checked_hash: str
    new_hash: str | None
    user_agent: str
    tried: Try
    seal: FactorSeal
    code: str | None


@dataclass(frozen=True, slots=True)
class FailedLogin:
    """A login that failed; `account_id` is None where the trace goes to a pseudonym's stream."""

    stream: str
    account_id: UUID | None
    reason: LoginFault
    tried: Try


async def log_in(work: UnitOfWork, login: CheckedLogin, kid: str) -> Issued | CodeOutcome | None:
    """Begin a session; None, with the trace of a failure, when the account changed since the check.

    Of whoever has an authenticator app a code is asked; what came of that when it was not taken.
    """
    if not await repository.lock_credentials(work.connection, login.account_id, login.checked_hash):
        stream = f"account-{login.account_id}"
        await note_failed_login(work, FailedLogin(stream, login.account_id, LoginFault.CHANGED, login.tried))
        return None
    if login.new_hash is not None:
        await repository.replace_hash(work.connection, login.account_id, login.new_hash, work.now)
    shown = await try_code(work, login.seal, login.account_id, login.code)
    if shown.fault not in (None, CodeFault.NONE_SET_UP):
        return shown
    await note_login(work, login.tried, login.account_id)
    factor = "totp" if shown.fault is None else None
    return await start_session(work, login.account_id, login.user_agent, kid, factor)


async def note_failed_login(work: UnitOfWork, failure: FailedLogin) -> None:
    """Leave a trace of the failure in the audit trail; a wrong password makes the next try wait longer."""
    if failure.reason not in WITH_RIGHT_PASSWORD:
        await note_failure(work, failure.tried)
    await work.append(failure.stream, "any", LoginFailed(account_id=failure.account_id, reason=failure.reason))


async def start_session(
    work: UnitOfWork, account_id: UUID, user_agent: str, kid: str, factor: str | None = None
) -> Issued:
    """Begin a session of the account, with the access token to be signed by the key `kid`.

    `factor` is the second one that was shown.
    """
    absolute = work.now + ABSOLUTE_LIFETIME
    session = repository.NewSession(new_id(), account_id, user_agent, session_expiry(work.now, absolute), absolute)
    await repository.insert_session(work.connection, session, work.now)
    event = SessionStarted(session_id=session.id, account_id=account_id)
    await work.append(f"session-{session.id}", "none", event)
    if factor is not None:
        await step_up_session(work, session.id, account_id, factor)
    stepped_up_at = work.now if factor is not None else None
    return await _issue(work, session.id, account_id, first_token(), kid, stepped_up_at)


async def step_up_session(work: UnitOfWork, session_id: UUID, account_id: UUID, factor: str) -> None:
    """A second factor was shown: tokens that the session gets in the next while say so."""
    await repository.step_up(work.connection, session_id, work.now)
    event = SessionSteppedUp(session_id=session_id, account_id=account_id, factor=factor)
    await work.append(f"session-{session_id}", "any", event)


async def renew_session(work: UnitOfWork, presented: str, successor: str, kid: str) -> Issued | Refusal:
    """Exchange the presented refresh token for `successor`, once; a refusal commits too, since reuse ends the session.

    A request that raced with the one that came first gets what that one got. Source: RFC 9700 §4.14.2.
    """
    family = await repository.claim_token(work.connection, token_hash(presented), token_hash(successor), work.now)
    if family is None:
        return Refusal.UNKNOWN
    if family.is_claimed:
        expires_at = session_expiry(work.now, family.absolute_expires_at)
        await repository.extend_session(work.connection, family.session_id, expires_at, work.now)
        stepped_up_at = await repository.stepped_up_at(work.connection, family.session_id)
        return await _issue(work, family.session_id, family.account_id, successor, kid, stepped_up_at)
    token, issued = await repository.find_unclaimed(work.connection, token_hash(presented))
    refusal = judge_unclaimed(token, work.now)
    if refusal is Refusal.REUSED:
        await end_session(work, family.session_id, Refusal.REUSED)
    if refusal is not None or issued is None:
        return refusal or Refusal.EXPIRED
    user = await queries.user_answer(work.connection, family.account_id)
    return Issued(
        user, family.account_id, family.session_id, issued.roles, issued.kid, issued.issued_at, successor, issued.aal
    )


async def log_out(work: UnitOfWork, presented: str) -> None:
    """End the session that the refresh token belongs to, however old the token is; nothing when there is none."""
    session_id = await queries.find_session_of_token(work.connection, token_hash(presented))
    if session_id is not None:
        await end_session(work, session_id, "logout")


async def close_session(work: UnitOfWork, account_id: UUID, session_id: UUID) -> None:
    """End one's own session, here or on another device. Raises: not_found `session-not-found`."""
    if not await queries.is_session_of(work.connection, session_id, account_id):
        raise not_found("session")
    await end_session(work, session_id, "closed")


async def end_other_sessions(work: UnitOfWork, account_id: UUID, kept: UUID | None, reason: str) -> None:
    """End all sessions of an account but one; whoever begins one meanwhile needs the account's lock first."""
    for session_id in await queries.open_sessions(work.connection, account_id, kept):
        await end_session(work, session_id, reason)


async def end_session(work: UnitOfWork, session_id: UUID, reason: str) -> None:
    """End a session and revoke its access tokens everywhere; once, however often it is called."""
    account_id = await repository.end_session(work.connection, session_id, reason, work.now)
    if account_id is None:
        return
    await revoke_session(work, session_id)
    event = SessionEnded(session_id=session_id, account_id=account_id, reason=reason)
    await work.append(f"session-{session_id}", "any", event)


async def _issue(
    work: UnitOfWork, session_id: UUID, account_id: UUID, token: str, kid: str, stepped_up_at: datetime | None
) -> Issued:
    roles = await queries.roles_of(work.connection, account_id)
    aal = assurance(stepped_up_at, work.now)
    new_token = repository.NewToken(token_hash(token), session_id, kid, roles, aal)
    await repository.insert_token(work.connection, new_token, work.now)
    user = await queries.user_answer(work.connection, account_id)
    return Issued(user, account_id, session_id, roles, kid, work.now, token, aal)
