"""Registering, and reading one's own account."""

from fastapi import APIRouter, Response

from services.auth.accounts.commands import Registration, register_account
from services.auth.accounts.entry import EntryDep, WaitingAnswer, registered
from services.auth.accounts.queries import read_own_account
from services.auth.accounts.schemas import AccountAnswer, RegisterBody
from services.auth.passwords.common_passwords import common_passwords
from services.auth.passwords.dependencies import PasswordHashingDep
from services.auth.passwords.rules import require_good_password
from services.auth.sessions.token_answer import TokenAnswer
from services.auth.sign_up.dependencies import PasswordTermsDep
from shared.errors import not_found
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import AnonymousCallDep, CallDep
from shared.web.execution import execute
from shared.web.problems import problems

router = APIRouter(tags=["accounts"], route_class=StrictRoute)


@router.post(
    "/auth/register",
    operation_id="register_account",
    status_code=201,
    responses={
        201: {"model": TokenAnswer},
        202: {"model": WaitingAnswer},
        **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
    },
)
async def register(
    call: AnonymousCallDep, body: RegisterBody, _: PasswordTermsDep, hashing: PasswordHashingDep, entry: EntryDep
) -> Response:
    """Open an account and log in at once, or be told what to wait for (202).

    A taken username or e-mail address is 409, each with a code of its own. Where addresses must be verified a taken
    one gets the same answer as a free one, and its owner a letter.
    """
    require_good_password(body.password, (body.username, body.email), common_passwords())
    password_hash = await hashing.hash(body.password)
    registration = Registration(
        body.username, body.email, body.display_name, password_hash, body.invitation, body.application
    )
    return await execute(
        call,
        register_account,
        registration,
        entry.terms,
        entry.arrival,
        render=lambda outcome: registered(entry.desk, outcome),
    )


@router.get(
    "/auth/me",
    operation_id="read_own_account",
    responses={200: {"model": AccountAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)},
)
async def read_me(call: CallDep) -> Response:
    """One's own account, and what it may do in the territory now."""
    account = await read_own_account(call.pool, call.principal)
    if account is None:
        raise not_found("account")
    return respond(call.request, account.body, position=account.position)
