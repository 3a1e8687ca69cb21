"""Logging in, staying logged in, and logging out here or elsewhere."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.auth.passwords.dependencies import PasswordHashingDep
from services.auth.sessions.commands import (
    CheckedLogin,
    FailedLogin,
    Issued,
    close_session,
    log_in,
    log_out,
    note_failed_login,
    renew_session,
)
from services.auth.sessions.dependencies import PseudonymsDep, TokenDesksDep, UserAgentDep
from services.auth.sessions.queries import find_credentials, list_sessions
from services.auth.sessions.rules import LoginFault, Refusal, judge_login
from services.auth.sessions.schemas import LoginBody, RefreshTokenBody, SessionListAnswer
from services.auth.sessions.token_answer import TokenAnswer
from services.auth.sessions.token_desk import TokenDesk
from shared.errors import Kind, ServiceError
from shared.web.bodies import StrictRoute
from shared.web.dependencies import AnonymousCall, AnonymousCallDep, CallDep
from shared.web.execution import Rendered, execute
from shared.web.paging import PageDep, page_response
from shared.web.problems import problem_bytes, problem_headers, problems

router = APIRouter(tags=["sessions"], route_class=StrictRoute)


@router.post(
    "/auth/login", responses={200: {"model": TokenAnswer}, **problems(400, 401, 403, 404, 413, 415, 422, 429, 503)}
)
async def login(
    call: AnonymousCallDep,
    body: LoginBody,
    hashing: PasswordHashingDep,
    desks: TokenDesksDep,
    pseudonyms: PseudonymsDep,
    user_agent: UserAgentDep,
) -> Response:
    """Log in by username or e-mail. Unknown, wrong and disabled get one answer, in one time."""
    desk = await desks.open(call.territory)
    found = await find_credentials(call.pool, body.identifier)
    verdict = await hashing.check(found.password_hash if found else None, body.password)
    fault = judge_login(
        is_known=found is not None, is_active=found is not None and found.is_active, is_right=verdict.is_right
    )
    if found is None or fault is not None:
        account_id = found.account_id if found else None
        stream = f"account-{account_id or pseudonyms.of(body.identifier)}"
        failure = FailedLogin(stream, account_id, fault or LoginFault.UNKNOWN)
        return await execute(call, note_failed_login, failure, render=lambda _: _refused(call, _invalid_credentials()))

    def answered(issued: Issued | None) -> Rendered:
        return _refused(call, _invalid_credentials()) if issued is None else Rendered(200, desk.answer(issued))

    checked = CheckedLogin(found.account_id, found.password_hash, verdict.new_hash, user_agent)
    return await execute(call, log_in, checked, desk.kid, render=answered)


@router.post(
    "/auth/refresh", responses={200: {"model": TokenAnswer}, **problems(400, 401, 403, 404, 413, 415, 422, 429, 503)}
)
async def refresh(call: AnonymousCallDep, body: RefreshTokenBody, desks: TokenDesksDep) -> Response:
    """Exchange a refresh token for the next pair.

    Requests that race within ten seconds get one and the same answer. A token that is used again later has been
    stolen: its session ends, with every token that came from it.
    """
    desk = await desks.open(call.territory)
    successor = desk.successor_of(body.refresh_token)
    return await execute(
        call,
        renew_session,
        body.refresh_token,
        successor,
        desk.kid,
        render=lambda outcome: _renewed(call, desk, outcome),
    )


@router.post("/auth/logout", status_code=204, responses=problems(400, 401, 403, 404, 413, 415, 422, 429, 503))
async def logout(call: AnonymousCallDep, body: RefreshTokenBody) -> Response:
    """End the session of a refresh token; 204 too when there is none."""
    return await execute(call, log_out, body.refresh_token, render=_nothing)


@router.get(
    "/auth/sessions", responses={200: {"model": SessionListAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)}
)
async def read_sessions(call: CallDep, page: PageDep) -> Response:
    """One's own open sessions, newest first."""
    found = await list_sessions(call.pool, call.account_id, call.principal.session_id, page.cursor, page.limit)
    return page_response(call.request, found.items, found.next_cursor, position=found.position)


@router.delete("/auth/sessions/{session_id}", status_code=204, responses=problems(400, 401, 403, 404, 422, 429, 503))
async def delete_session(call: CallDep, session_id: Annotated[UUID, Path()]) -> Response:
    """End one of one's own sessions; its access tokens are refused everywhere within two seconds."""
    return await execute(call, close_session, call.account_id, session_id, render=_nothing)


def _renewed(call: AnonymousCall, desk: TokenDesk, outcome: Issued | Refusal) -> Rendered:
    match outcome:
        case Issued():
            return Rendered(200, desk.answer(outcome))
        case Refusal.REUSED:
            detail = "The refresh token was used before; its session has been ended."
            return _refused(call, ServiceError(Kind.UNAUTHENTICATED, "refresh-token-reused", detail))
        case _:
            detail = "The refresh token is not valid; log in again."
            return _refused(call, ServiceError(Kind.UNAUTHENTICATED, "refresh-token-invalid", detail))


def _invalid_credentials() -> ServiceError:
    detail = "The username, the e-mail address or the password is wrong."
    return ServiceError(Kind.UNAUTHENTICATED, "invalid-credentials", detail)


def _refused(call: AnonymousCall, error: ServiceError) -> Rendered:
    """A refusal that commits, because it leaves a trace."""
    body = problem_bytes(error, call.request.scope["path"], call.context.request_id)
    return Rendered(error.kind.status, body, problem_headers(error))


def _nothing(_: None) -> Rendered:
    return Rendered(204)
