"""Registering and removing passkeys, logging in and stepping up with one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.auth.accounts.commands import Arrival
from services.auth.enrolment.commands import Who
from services.auth.passkeys.commands import (
    Challenge,
    PasskeyAnswer,
    begin_registration,
    give_challenge,
    log_in_with_passkey,
    register_passkey,
    remove_passkey,
    step_up_with_passkey,
)
from services.auth.passkeys.dependencies import CeremoniesDep
from services.auth.passkeys.rules import PasskeyFault, passkey_refusal
from services.auth.passkeys.schemas import AssertionBody, ChallengeAnswer, RegisteredAnswer, RegistrationBody
from services.auth.sessions.commands import Issued
from services.auth.sessions.dependencies import OriginDep, TokenDesksDep
from services.auth.sessions.refusals import refused
from services.auth.sessions.token_answer import HOLDS_TOKENS, SteppedUpAnswer, TokenAnswer
from shared.identity.principal import AAL2
from shared.web.bodies import StrictRoute
from shared.web.dependencies import AnonymousCallDep, CallDep, require_step_up
from shared.web.execution import Rendered, execute, no_content
from shared.web.problems import problems

router = APIRouter(tags=["passkeys"], route_class=StrictRoute)


@router.post(
    "/auth/factors/passkeys/options",
    operation_id="begin_passkey",
    status_code=201,
    responses={201: {"model": ChallengeAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
async def post_registration_options(call: CallDep, ceremonies: CeremoniesDep) -> Response:
    """Begin to register a passkey: within an hour of a login, or stepped up."""
    await require_step_up(call)
    is_stepped_up = call.principal.aal == AAL2
    return await execute(call, begin_registration, ceremonies, Who.of(call.principal), is_stepped_up, render=_challenge)


@router.post(
    "/auth/factors/passkeys",
    operation_id="register_passkey",
    status_code=201,
    responses={201: {"model": RegisteredAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
async def post_passkey(call: CallDep, body: RegistrationBody, ceremonies: CeremoniesDep) -> Response:
    """Register the passkey that the browser made; all other sessions end."""

    def registered(outcome: UUID | PasskeyFault) -> Rendered:
        if isinstance(outcome, PasskeyFault):
            return refused(call, passkey_refusal(outcome))
        location = f"/api/auth/factors/passkeys/{outcome}"
        return Rendered(201, {"id": str(outcome), "name": body.name}, {"location": location})

    answer = PasskeyAnswer(body.challenge_id, body.credential)
    return await execute(
        call, register_passkey, ceremonies, Who.of(call.principal), answer, body.name, render=registered
    )


@router.delete(
    "/auth/factors/passkeys/{passkey_id}",
    operation_id="remove_passkey",
    status_code=204,
    responses=problems(400, 401, 403, 404, 422, 429, 503),
)
async def delete_passkey(call: CallDep, passkey_id: Annotated[UUID, Path()]) -> Response:
    """Remove a passkey, stepped up; other sessions end."""
    await require_step_up(call)
    return await execute(call, remove_passkey, Who.of(call.principal), passkey_id, render=no_content)


@router.post(
    "/auth/passkeys/options",
    operation_id="begin_passkey_login",
    status_code=201,
    responses={201: {"model": ChallengeAnswer}, **problems(400, 401, 403, 404, 413, 415, 422, 429, 503)},
)
async def post_request_options(call: AnonymousCallDep, ceremonies: CeremoniesDep) -> Response:
    """A challenge for a passkey to answer, once and within five minutes: to log in, or to step up."""
    return await execute(call, give_challenge, ceremonies, render=_challenge)


@router.post(
    "/auth/passkeys/login",
    operation_id="log_in_with_passkey",
    responses={200: {"model": TokenAnswer}, **problems(400, 401, 403, 404, 413, 415, 422, 429, 503)},
)
async def post_passkey_login(
    call: AnonymousCallDep,
    body: AssertionBody,
    ceremonies: CeremoniesDep,
    desks: TokenDesksDep,
    origin: OriginDep,
) -> Response:
    """Log in with a passkey, and nothing else: it verified its owner, so the session is stepped up."""
    desk = await desks.open(call.territory)

    def entered(outcome: Issued | PasskeyFault) -> Rendered:
        if isinstance(outcome, PasskeyFault):
            return refused(call, passkey_refusal(outcome))
        return Rendered(200, desk.answer(outcome), HOLDS_TOKENS)

    answer = PasskeyAnswer(body.challenge_id, body.credential)
    arrival = Arrival(origin.user_agent, origin.network, desk.kid)
    return await execute(call, log_in_with_passkey, ceremonies, answer, arrival, render=entered)


@router.post(
    "/auth/passkeys/step-up",
    operation_id="step_up_with_passkey",
    responses={200: {"model": SteppedUpAnswer}, **problems(400, 401, 403, 404, 413, 415, 422, 429, 503)},
)
async def post_passkey_step_up(
    call: CallDep, body: AssertionBody, ceremonies: CeremoniesDep, desks: TokenDesksDep
) -> Response:
    """Show a passkey of one's own: as `/auth/step-up`."""
    desk = await desks.open(call.territory)

    def stepped_up(fault: PasskeyFault | None) -> Rendered:
        if fault is not None:
            return refused(call, passkey_refusal(fault))
        return Rendered(200, desk.again(call.principal, AAL2), HOLDS_TOKENS)

    answer = PasskeyAnswer(body.challenge_id, body.credential)
    return await execute(call, step_up_with_passkey, ceremonies, Who.of(call.principal), answer, render=stepped_up)


def _challenge(challenge: Challenge) -> Rendered:
    return Rendered(201, {"challenge_id": str(challenge.id), "options": challenge.options}, HOLDS_TOKENS)
