"""Setting up and removing second factors, and stepping up."""

from functools import partial

import orjson
from fastapi import APIRouter, Response

from services.auth.enrolment.commands import (
    Who,
    begin_app,
    confirm_app,
    remove_app,
    renew_recovery_codes,
    step_up,
)
from services.auth.enrolment.schemas import (
    CodeBody,
    FactorsAnswer,
    NewAppAnswer,
    RecoveryCodesAnswer,
)
from services.auth.second_factors.commands import CodeOutcome, outcome_refusal
from services.auth.second_factors.dependencies import FactorSealDep
from services.auth.second_factors.queries import find_factors, find_username
from services.auth.second_factors.totp import app_uri, shown
from services.auth.sessions.dependencies import TokenDesksDep
from services.auth.sessions.refusals import refused
from services.auth.sessions.token_answer import HOLDS_TOKENS, SteppedUpAnswer
from shared.identity.principal import AAL2
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import Call, CallDep, require_step_up
from shared.web.execution import Rendered, execute, no_content
from shared.web.problems import problems

router = APIRouter(tags=["second factors"], route_class=StrictRoute)


@router.get("/auth/factors", responses={200: {"model": FactorsAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)})
async def read_factors(call: CallDep) -> Response:
    """One's own second factors."""
    return respond(call.request, await find_factors(call.pool, call.account_id))


@router.post(
    "/auth/factors/totp",
    operation_id="set_up_totp",
    status_code=201,
    responses={201: {"model": NewAppAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
async def post_app(call: CallDep, seal: FactorSealDep) -> Response:
    """Begin to set up an authenticator app; its first code confirms it. Within an hour of a login, or stepped up."""
    await require_step_up(call)
    username = await find_username(call.pool, call.account_id)

    def begun(secret: bytes) -> Rendered:
        body = {"secret": shown(secret), "uri": app_uri(secret, call.territory.host, username)}
        return Rendered(201, body, HOLDS_TOKENS)

    return await execute(call, begin_app, seal, Who.of(call.principal), call.principal.aal == AAL2, render=begun)


@router.post(
    "/auth/factors/totp/confirm",
    operation_id="confirm_totp",
    responses={200: {"model": RecoveryCodesAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
async def post_app_confirmation(call: CallDep, body: CodeBody, seal: FactorSealDep) -> Response:
    """Confirm the app with a code of it: from now on a login needs one. Answers recovery codes; other sessions end."""

    def confirmed(outcome: tuple[str, ...] | CodeOutcome) -> Rendered:
        return _refusal(call, outcome) if isinstance(outcome, CodeOutcome) else _codes(outcome)

    return await execute(call, confirm_app, seal, Who.of(call.principal), body.code, render=confirmed)


@router.delete(
    "/auth/factors/totp",
    operation_id="remove_totp",
    status_code=204,
    responses=problems(400, 401, 403, 404, 409, 422, 429, 503),
)
async def delete_app(call: CallDep) -> Response:
    """Remove the authenticator app and its recovery codes, stepped up; other sessions end."""
    await require_step_up(call)
    return await execute(call, remove_app, Who.of(call.principal), render=no_content)


@router.post(
    "/auth/factors/recovery-codes",
    operation_id="make_recovery_codes",
    status_code=201,
    responses={201: {"model": RecoveryCodesAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
async def post_recovery_codes(call: CallDep, seal: FactorSealDep) -> Response:
    """Ten new recovery codes in place of those before, stepped up."""
    await require_step_up(call)
    return await execute(call, renew_recovery_codes, seal, call.account_id, render=partial(_codes, status=201))


@router.post(
    "/auth/step-up",
    operation_id="step_up",
    responses={200: {"model": SteppedUpAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
async def post_step_up(call: CallDep, body: CodeBody, seal: FactorSealDep, desks: TokenDesksDep) -> Response:
    """Show a code: the answer's access token, and those of refreshes in the next quarter of an hour, are `aal2`."""
    desk = await desks.open(call.territory)

    def stepped_up(outcome: CodeOutcome) -> Rendered:
        if outcome.fault is not None:
            return _refusal(call, outcome)
        return Rendered(200, desk.again(call.principal, AAL2), HOLDS_TOKENS)

    return await execute(call, step_up, seal, Who.of(call.principal), body.code, render=stepped_up)


def _codes(codes: tuple[str, ...], status: int = 200) -> Rendered:
    return Rendered(status, orjson.dumps({"recovery_codes": codes}), HOLDS_TOKENS)


def _refusal(call: Call, outcome: CodeOutcome) -> Rendered:
    return refused(call, outcome_refusal(outcome))
