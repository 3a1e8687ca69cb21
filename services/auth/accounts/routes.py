"""Registering, and reading one's own account."""

from fastapi import APIRouter, Response

from services.auth.accounts.commands import Registration, register_account
from services.auth.accounts.queries import read_own_account
from services.auth.accounts.rules import require_no_invitation
from services.auth.accounts.schemas import AccountAnswer, RegisterBody
from services.auth.passwords.common_passwords import common_passwords
from services.auth.passwords.dependencies import PasswordHashingDep
from services.auth.passwords.rules import require_good_password
from services.auth.sessions.commands import Issued
from services.auth.sessions.dependencies import TokenDesksDep, UserAgentDep
from services.auth.sessions.token_answer import TokenAnswer
from shared.errors import not_found
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import AnonymousCallDep, CallDep
from shared.web.execution import Rendered, execute
from shared.web.problems import problems

router = APIRouter(tags=["accounts"], route_class=StrictRoute)


@router.post(
    "/auth/register",
    status_code=201,
    responses={201: {"model": TokenAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
async def register(
    call: AnonymousCallDep,
    body: RegisterBody,
    hashing: PasswordHashingDep,
    desks: TokenDesksDep,
    user_agent: UserAgentDep,
) -> Response:
    """Open an account and log in at once. A taken username or e-mail address is 409, each with a code of its own."""
    require_no_invitation(body.invitation)
    require_good_password(body.password, (body.username, body.email), common_passwords())
    desk = await desks.open(call.territory)
    password_hash = await hashing.hash(body.password)
    registration = Registration(body.username, body.email, body.display_name, password_hash, user_agent)

    def created(issued: Issued) -> Rendered:
        return Rendered(201, desk.answer(issued), {"location": f"/api/users/{issued.account_id}"})

    return await execute(call, register_account, registration, desk.kid, render=created)


@router.get("/auth/me", responses={200: {"model": AccountAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)})
async def read_me(call: CallDep) -> Response:
    """One's own account, and what it may do in the territory now."""
    account = await read_own_account(call.pool, call.account_id, call.principal.session_id)
    if account is None:
        raise not_found("account")
    return respond(call.request, account.body, position=account.position)
