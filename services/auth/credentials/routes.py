"""Changing one's own password, and getting in again without it."""

from fastapi import APIRouter, Response

from services.auth.credentials.commands import PasswordChange, PasswordReset, change_password, reset_password
from services.auth.credentials.queries import names_of, names_of_token
from services.auth.credentials.schemas import ChangePasswordBody, ForgottenPasswordBody, ResetPasswordBody
from services.auth.delays.dependencies import SubjectNamesDep
from services.auth.letters.commands import ask_for_letter, token_invalid
from services.auth.letters.rules import LetterKind
from services.auth.passwords.common_passwords import common_passwords
from services.auth.passwords.dependencies import PasswordHashingDep
from services.auth.passwords.rules import require_good_password
from services.auth.sessions.commands import note_failed_login
from services.auth.sessions.password_check import PasswordCheckDep
from services.auth.sessions.refusals import refused
from services.auth.sessions.rules import LoginFault, password_wrong
from services.auth.sign_up.dependencies import PasswordTermsDep
from shared.web.bodies import StrictRoute
from shared.web.dependencies import AnonymousCallDep, CallDep
from shared.web.execution import Rendered, execute, no_content
from shared.web.problems import problems

router = APIRouter(tags=["credentials"], route_class=StrictRoute)


@router.post(
    "/auth/password",
    operation_id="change_password",
    status_code=204,
    responses=problems(400, 401, 403, 404, 413, 415, 422, 429, 503),
)
async def post_password(
    call: CallDep, body: ChangePasswordBody, _: PasswordTermsDep, check: PasswordCheckDep, hashing: PasswordHashingDep
) -> Response:
    """Change one's own password; every other session ends. A wrong one is 403, and counts like a failed login."""
    names = await names_of(call.pool, call.account_id)
    require_good_password(body.new_password, (names.username, names.email), common_passwords(), "/new_password")
    checked = await check.run(call, names.username, body.password)
    found = checked.credentials
    if found is None or checked.fault is not None:
        failure = check.failure(checked, checked.fault or LoginFault.UNKNOWN)
        return await execute(call, note_failed_login, failure, render=lambda _: refused(call, password_wrong()))
    new_hash = await hashing.hash(body.new_password)
    change = PasswordChange(call.account_id, call.principal.session_id, found.password_hash, new_hash, checked.tried)
    return await execute(call, change_password, change, render=no_content)


@router.post(
    "/auth/password/forgotten",
    operation_id="forget_password",
    status_code=202,
    response_class=Response,
    responses=problems(400, 401, 403, 404, 413, 415, 422, 429, 503),
)
async def post_forgotten_password(call: AnonymousCallDep, body: ForgottenPasswordBody, _: PasswordTermsDep) -> Response:
    """Have a letter sent by which a new password can be chosen; one answer whether there is such an account or not."""
    kind = LetterKind.RESET_PASSWORD
    return await execute(call, ask_for_letter, kind, None, body.email, render=lambda _: Rendered(202))


@router.post(
    "/auth/password/reset",
    operation_id="reset_password",
    status_code=204,
    responses=problems(400, 401, 403, 404, 413, 415, 422, 429, 503),
)
async def post_password_reset(
    call: AnonymousCallDep,
    body: ResetPasswordBody,
    _: PasswordTermsDep,
    hashing: PasswordHashingDep,
    subjects: SubjectNamesDep,
) -> Response:
    """Choose a new password by the token of a letter, once within an hour; all sessions end, and delays are over."""
    names = await names_of_token(call.pool, body.token)
    if names is None:
        raise token_invalid()
    require_good_password(body.password, (names.username, names.email), common_passwords())
    new_hash = await hashing.hash(body.password)
    address = call.context.client_address
    forgiven = [subjects.of(identifier, address) for identifier in (names.username, names.email)]
    return await execute(call, reset_password, PasswordReset(body.token, new_hash, forgiven), render=no_content)
