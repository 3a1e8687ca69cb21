"""The territory's terms: for everyone to read, for few to switch."""

import orjson
from fastapi import APIRouter, Response

from services.auth.sign_up.commands import switch_sign_up
from services.auth.sign_up.dependencies import TermsDep, TermsReaderDep
from services.auth.sign_up.rules import Mode, Terms
from services.auth.sign_up.schemas import TermsAnswer, TermsBody
from shared.events.catalogue.auth import SignUpSwitched
from shared.identity.permissions import Permission
from shared.web.auditing import leaves
from shared.web.bodies import StrictRoute
from shared.web.caching import respond
from shared.web.dependencies import AnonymousCallDep, CallDep, require
from shared.web.execution import Rendered, execute
from shared.web.problems import problems

router = APIRouter(tags=["sign-up"], route_class=StrictRoute)


@router.get("/auth/sign-up", responses={200: {"model": TermsAnswer}, **problems(400, 401, 403, 404, 422, 429, 503)})
async def read_sign_up_terms(call: AnonymousCallDep, terms: TermsDep) -> Response:
    """On which terms one gets into the territory."""
    return respond(call.request, orjson.dumps(_shown(terms)))


@router.put(
    "/auth/sign-up",
    operation_id="switch_sign_up",
    responses={200: {"model": TermsAnswer}, **problems(400, 401, 403, 404, 413, 415, 422, 429, 503)},
)
@leaves(SignUpSwitched)
async def put_sign_up_terms(call: CallDep, body: TermsBody, reader: TermsReaderDep) -> Response:
    """Let people in openly, by invitation or by approval, with passwords or without; it counts at once."""
    await require(call, Permission.MANAGE_ACCOUNTS)
    return await execute(
        call,
        switch_sign_up,
        reader,
        Mode(body.mode),
        body.passwords,
        render=lambda terms: Rendered(200, _shown(terms)),
    )


def _shown(terms: Terms) -> dict[str, object]:
    return {
        "mode": terms.mode,
        "passwords": terms.takes_passwords,
        "email_verification": terms.requires_verification,
    }
