"""Acting in a citizen's name, for who helps them; every event of it names both."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.auth.impersonations.commands import Impersonation, begin_impersonation, end_impersonation
from services.auth.impersonations.schemas import ImpersonationAnswer, ImpersonationBody
from services.auth.sessions.dependencies import TokenDesksDep
from services.auth.sessions.token_answer import HOLDS_TOKENS
from services.auth.sessions.token_desk import AccessFacts, new_token_id
from shared.clock import utc_now
from shared.events.catalogue.access import ImpersonationStarted
from shared.events.catalogue.auth import SessionEnded
from shared.identity.permissions import Permission
from shared.identity.principal import AAL1
from shared.web.auditing import leaves
from shared.web.bodies import StrictRoute
from shared.web.dependencies import CallDep, require
from shared.web.execution import Rendered, execute, no_content
from shared.web.problems import problems

router = APIRouter(tags=["impersonations"], route_class=StrictRoute)


@router.post(
    "/auth/impersonations",
    operation_id="begin_impersonation",
    status_code=201,
    responses={201: {"model": ImpersonationAnswer}, **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503)},
)
@leaves(ImpersonationStarted)
async def post_impersonation(call: CallDep, body: ImpersonationBody, desks: TokenDesksDep) -> Response:
    """Act in the name of a citizen without roles, for as long as an access token lives. Wants `X-Reason`.

    Needs `accounts:impersonate`. Nothing that is the owner's alone can be done: passwords, factors, tokens, erasure.
    """
    await require(call, Permission.IMPERSONATE)
    desk = await desks.open(call.territory)

    def begun(impersonation: Impersonation) -> Rendered:
        facts = AccessFacts(
            account_id=impersonation.account_id,
            session_id=impersonation.session_id,
            roles=(),
            aal=AAL1,
            issued_at=utc_now(),
            token_id=new_token_id(),
            impersonator=call.account_id,
        )
        names = {
            "session_id": str(impersonation.session_id),
            "account_id": str(impersonation.account_id),
            "username": impersonation.username,
        }
        location = f"/api/auth/impersonations/{impersonation.session_id}"
        return Rendered(201, names | desk.alone(facts), {**HOLDS_TOKENS, "location": location})

    whom = (body.username, body.account_id)
    return await execute(call, begin_impersonation, call.account_id, whom, desk.lifetime, render=begun)


@router.delete(
    "/auth/impersonations/{session_id}",
    operation_id="end_impersonation",
    status_code=204,
    responses=problems(400, 401, 403, 404, 422, 429, 503),
)
@leaves(SessionEnded)
async def delete_impersonation(call: CallDep, session_id: Annotated[UUID, Path()]) -> Response:
    """Stop acting in a citizen's name. Needs `accounts:impersonate`."""
    await require(call, Permission.IMPERSONATE)
    return await execute(call, end_impersonation, call.account_id, session_id, render=no_content)
