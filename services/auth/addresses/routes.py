"""Confirming one's e-mail address, and changing it."""

from fastapi import APIRouter, Response

from services.auth.addresses.commands import ask_to_change_address, confirm_address
from services.auth.addresses.schemas import (
    ChangeEmailBody,
    ConfirmedAnswer,
    ConfirmEmailAgainBody,
    ConfirmEmailBody,
)
from services.auth.credentials.queries import names_of
from services.auth.letters.commands import ask_for_letter
from services.auth.letters.rules import LetterKind
from services.auth.sessions.commands import note_failed_login
from services.auth.sessions.password_check import PasswordCheckDep
from services.auth.sessions.refusals import refused
from services.auth.sessions.rules import LoginFault, password_wrong
from services.auth.sign_up.dependencies import PasswordTermsDep, TermsDep
from services.auth.sign_up.rules import Status
from shared.web.bodies import StrictRoute
from shared.web.dependencies import AnonymousCallDep, CallDep, require_step_up
from shared.web.execution import Rendered, execute
from shared.web.problems import problems

router = APIRouter(tags=["addresses"], route_class=StrictRoute)


@router.post(
    "/auth/email",
    operation_id="change_email",
    status_code=202,
    response_class=Response,
    responses=problems(400, 401, 403, 404, 413, 415, 422, 429, 503),
)
async def post_email(call: CallDep, body: ChangeEmailBody, _: PasswordTermsDep, check: PasswordCheckDep) -> Response:
    """Have a letter sent to one's new address; it is changed once that is confirmed.

    One answer whether it is somebody's already or not; then its owner gets a letter.
    """
    await require_step_up(call)
    names = await names_of(call.pool, call.account_id)
    checked = await check.run(call, names.username, body.password)
    if checked.credentials is None or checked.fault is not None:
        failure = check.failure(checked, checked.fault or LoginFault.UNKNOWN)
        return await execute(call, note_failed_login, failure, render=lambda _: refused(call, password_wrong()))
    return await execute(
        call, ask_to_change_address, call.account_id, body.email, checked.tried, render=lambda _: Rendered(202)
    )


@router.post(
    "/auth/email/confirm",
    operation_id="confirm_email",
    responses={200: {"model": ConfirmedAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
async def post_confirmation(call: AnonymousCallDep, body: ConfirmEmailBody, terms: TermsDep) -> Response:
    """Show that an address is one's own, by the token of a letter, once within two days."""

    def answered(status: Status) -> Rendered:
        return Rendered(200, {"waits_for": "approval" if status is Status.PENDING else None})

    return await execute(call, confirm_address, body.token, terms, render=answered)


@router.post(
    "/auth/email/confirm-again",
    operation_id="send_confirmation_again",
    status_code=202,
    response_class=Response,
    responses=problems(400, 401, 403, 404, 413, 415, 422, 429, 503),
)
async def post_confirmation_again(call: AnonymousCallDep, body: ConfirmEmailAgainBody) -> Response:
    """Have the letter sent again; one answer whether somebody waits for it or not."""
    kind = LetterKind.CONFIRM_ADDRESS
    return await execute(call, ask_for_letter, kind, None, body.email, render=lambda _: Rendered(202))
