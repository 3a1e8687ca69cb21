"""Logging in, staying logged in, and logging out here or elsewhere."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.auth.sessions.commands import close_session, end_other_sessions, log_out
from services.auth.sessions.door import DoorDep
from services.auth.sessions.login_body import LoginBody
from services.auth.sessions.queries import list_sessions
from services.auth.sessions.schemas import RefreshTokenBody, SessionListAnswer
from services.auth.sessions.token_answer import TokenAnswer
from services.auth.sign_up.dependencies import PasswordTermsDep
from shared.web.bodies import StrictRoute
from shared.web.dependencies import AnonymousCallDep, CallDep
from shared.web.execution import execute, no_content
from shared.web.paging import PageDep, page_response
from shared.web.problems import problems

router = APIRouter(tags=["sessions"], route_class=StrictRoute)


@router.post(
    "/auth/login",
    operation_id="log_in",
    responses={200: {"model": TokenAnswer}, **problems(400, 401, 403, 404, 413, 415, 422, 429, 503)},
)
async def login(body: LoginBody, _: PasswordTermsDep, door: DoorDep) -> Response:
    """Log in by username or e-mail. Unknown, wrong and disabled get one answer, in one time.

    After five failures each next try has to wait, at first a second and at most a quarter of an hour (429).
    """
    return await door.enter(body)


@router.post(
    "/auth/refresh",
    operation_id="refresh_tokens",
    responses={200: {"model": TokenAnswer}, **problems(400, 401, 403, 404, 413, 415, 422, 429, 503)},
)
async def refresh(body: RefreshTokenBody, door: DoorDep) -> Response:
    """Exchange a refresh token for the next pair.

    Requests that race within ten seconds get one and the same answer. A token that is used again later has been
    stolen: its session ends, with every token that came from it.
    """
    return await door.renew(body.refresh_token)


@router.post(
    "/auth/logout",
    operation_id="log_out",
    status_code=204,
    responses=problems(400, 401, 403, 404, 413, 415, 422, 429, 503),
)
async def logout(call: AnonymousCallDep, body: RefreshTokenBody) -> Response:
    """End the session of a refresh token; 204 too when there is none."""
    return await execute(call, log_out, body.refresh_token, render=no_content)


@router.get(
    "/auth/sessions", responses={200: {"model": SessionListAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)}
)
async def read_sessions(call: CallDep, page: PageDep) -> Response:
    """One's own open sessions, newest first."""
    found = await list_sessions(call.pool, call.account_id, call.principal.session_id, page.cursor, page.limit)
    return page_response(call.request, found.items, found.next_cursor, position=found.position)


@router.delete("/auth/sessions", status_code=204, responses=problems(400, 401, 403, 404, 422, 429, 503))
async def end_sessions(call: CallDep) -> Response:
    """End all of one's own sessions but this one; their access tokens are refused everywhere within two seconds."""
    kept = call.principal.session_id
    return await execute(call, end_other_sessions, call.account_id, kept, "closed", render=no_content)


@router.delete("/auth/sessions/{session_id}", status_code=204, responses=problems(400, 401, 403, 404, 422, 429, 503))
async def end_session(call: CallDep, session_id: Annotated[UUID, Path()]) -> Response:
    """End one of one's own sessions; its access tokens are refused everywhere within two seconds."""
    return await execute(call, close_session, call.account_id, session_id, render=no_content)
