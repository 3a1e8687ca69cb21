"""Registering, and reading one's own account."""

from fastapi import APIRouter, Response
from shared.web.dependencies import AnonymousCallDep
from shared.web.execution import execute

from services.auth.accounts.commands import Registration, register_account
from services.auth.accounts.schemas import RegisterBody
from services.auth.passwords.dependencies import PasswordsDep
from services.auth.sessions.dependencies import DesksDep, UserAgentDep
from shared.errors import FieldError, Kind, ServiceError

router = APIRouter(tags=["accounts"])


@router.post("/auth/register", status_code=201)
async def register(
    call: AnonymousCallDep, body: RegisterBody, passwords: PasswordsDep, desks: DesksDep, user_agent: UserAgentDep
) -> Response:
    """Open an account and log in at once."""
    if body.invitation is not None:
        fault = FieldError("/invitation", "invitation-unknown", "There is no such invitation.")
        raise ServiceError(Kind.INVALID, "invitation-unknown", fault.detail, errors=[fault])
    passwords.require_good(body.password, (body.username, body.email))
    desk = await desks.open(call.territory)
    registration = Registration(
        body.username, body.email, body.display_name, await passwords.hash(body.password), user_agent
    )
    return await execute(call, register_account, registration, desk.kid, render=desk.created)
